drop trigger record_restore_event on restores;
drop function record_restore_event();
alter table restores drop column reminded_at;
alter table restores drop column called;
alter table restores drop column message;
alter table restores drop column channel;
alter table restores drop column platform;
