alter table users add column session_generation int not null default 0;
grant select (session_generation) on users to shipmate_app;

alter table link_codes
  add column created_by uuid null,
  add column generation int null;
create index link_codes_created_by_index on link_codes (created_by);
alter table link_codes
  add constraint link_codes_created_by_foreign foreign key (created_by) references users (id) on delete cascade;
