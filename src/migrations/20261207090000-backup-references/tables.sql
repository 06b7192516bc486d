alter table backups add column reference_id uuid null, add column marks bytea null;
create index backups_reference_id_index on backups (reference_id);
alter table backups
  add constraint backups_reference_id_foreign foreign key (reference_id) references backups (id) on delete no action;
