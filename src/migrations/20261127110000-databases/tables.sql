alter table databases add column status_reason text null;
alter table env_vars add column database_id uuid null;
alter table env_vars
  add constraint env_vars_database_id_foreign foreign key (database_id) references databases (id) on delete cascade;
create index env_vars_database_id_index on env_vars (database_id);
