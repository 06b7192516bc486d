alter table backups add column metadata jsonb not null default '{}';
alter table backups add column verified_at timestamptz null;

create table backup_stores (
  id uuid not null,
  project_id uuid null,
  database_id uuid null,
  name varchar(255) not null,
  location varchar(500) not null,
  password text not null,
  created_at timestamptz not null default now(),
  primary key (id)
);
alter table backup_stores add constraint backup_stores_database_id_unique unique (database_id);
create index backup_stores_project_id_index on backup_stores (project_id);
alter table backup_stores add constraint check_backup_store_password_sealed check (password ~ '^v1\.');

create table restores (
  id uuid not null,
  backup_id uuid not null,
  database_id uuid not null,
  status varchar(50) not null default 'pending',
  requested_by uuid null,
  decided_by uuid null,
  reason varchar(500) null,
  metadata jsonb not null default '{}',
  expires_at timestamptz null,
  created_at timestamptz not null default now(),
  decided_at timestamptz null,
  completed_at timestamptz null,
  primary key (id)
);
create index restores_backup_id_index on restores (backup_id);
create index restores_database_id_index on restores (database_id);
create index restores_requested_by_index on restores (requested_by);
create index restores_decided_by_index on restores (decided_by);
create index restores_unfinished_index on restores (created_at) where status in ('waiting', 'pending', 'running');
alter table restores add constraint check_restore_status
  check (status in ('waiting', 'pending', 'running', 'success', 'failed', 'denied', 'expired'));
alter table restores add constraint check_restore_decided check ((decided_by is null) or (decided_at is not null));
-- Nobody approves what they asked for.
alter table restores add constraint check_restore_other_person check (decided_by <> requested_by);

alter table backup_stores
  add constraint backup_stores_project_id_foreign foreign key (project_id) references projects (id) on delete set null;
alter table backup_stores
  add constraint backup_stores_database_id_foreign foreign key (database_id) references databases (id) on delete set null;
alter table restores
  add constraint restores_backup_id_foreign foreign key (backup_id) references backups (id) on delete cascade;
alter table restores
  add constraint restores_database_id_foreign foreign key (database_id) references databases (id) on delete cascade;
alter table restores
  add constraint restores_requested_by_foreign foreign key (requested_by) references users (id) on delete set null;
alter table restores
  add constraint restores_decided_by_foreign foreign key (decided_by) references users (id) on delete set null;
