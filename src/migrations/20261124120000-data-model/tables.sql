-- Until now only links made users; each says by which platform. Whoever has neither signs in by the console.
update users set preferences = preferences || jsonb_build_object(
  'sso', coalesce((select platform from chat_identities i where i.user_id = users.id limit 1), 'console')
) where password_hash is null and preferences ->> 'sso' is null;

create table databases (
  id uuid not null,
  project_id uuid not null,
  name varchar(255) not null,
  type varchar(50) not null,
  status varchar(50) not null default 'initializing',
  version varchar(50) not null,
  config jsonb not null default '{}',
  connection_string text null,
  created_at timestamptz not null default now(),
  primary key (id)
);
create index databases_project_id_index on databases (project_id);
create index databases_type_index on databases (type);
alter table databases add constraint databases_project_id_name_unique unique (project_id, name);

create table backups (
  id uuid not null,
  database_id uuid not null,
  type varchar(50) not null,
  status varchar(50) not null default 'pending',
  storage_path varchar(500) null,
  size_bytes bigint null,
  created_at timestamptz not null default now(),
  completed_at timestamptz null,
  primary key (id)
);
create index backups_database_id_created_at_index on backups (database_id, created_at DESC);
create index backups_status_index on backups (status);

create table domains (
  id uuid not null,
  project_id uuid not null,
  domain varchar(255) not null,
  target_type varchar(50) not null,
  target_id uuid not null,
  tls_enabled boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (id)
);
alter table domains add constraint domains_domain_unique unique (domain);
create index domains_project_id_index on domains (project_id);
create index domains_target_type_target_id_index on domains (target_type, target_id);

create table certificates (
  id uuid not null,
  domain_id uuid not null,
  issuer varchar(255) not null,
  certificate text not null,
  private_key text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (id)
);
create index certificates_domain_id_index on certificates (domain_id);
create index certificates_expires_at_index on certificates (expires_at);

create table volumes (
  id uuid not null,
  application_id uuid null,
  database_id uuid null,
  name varchar(255) not null,
  type varchar(50) not null default 'docker_volume',
  mount_path varchar(500) not null,
  size_gb int not null,
  options jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (id)
);
alter table volumes add constraint volumes_name_unique unique (name);
create index volumes_application_id_index on volumes (application_id);
create index volumes_database_id_index on volumes (database_id);
alter table users
  add constraint check_password_or_sso check (password_hash is not null or preferences ->> 'sso' is not null);
alter table users add constraint check_password_hash_bcrypt check (password_hash ~ '^\$2[aby]\$12\$');
alter table env_vars add constraint check_env_var_sealed check (not is_secret or value ~ '^v1\.');
alter table databases
  add constraint databases_project_id_foreign foreign key (project_id) references projects (id) on delete cascade;
alter table databases
  add constraint check_db_type check (type in ('postgresql', 'mysql', 'mongodb', 'redis'));
alter table databases
  add constraint check_db_status check (status in ('initializing', 'running', 'stopped', 'failed'));
alter table databases add constraint check_db_connection_string_sealed check (connection_string ~ '^v1\.');
alter table backups
  add constraint backups_database_id_foreign foreign key (database_id) references databases (id) on delete cascade;
alter table backups add constraint check_backup_type check (type in ('full', 'incremental', 'snapshot'));
alter table backups
  add constraint check_backup_status check (status in ('pending', 'running', 'success', 'failed'));
alter table domains
  add constraint domains_project_id_foreign foreign key (project_id) references projects (id) on delete cascade;
alter table domains
  add constraint check_domain_format check (length(domain) <= 253 and domain ~ '^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$');
alter table domains
  add constraint check_domain_target_type check (target_type in ('application', 'database'));
alter table certificates
  add constraint certificates_domain_id_foreign foreign key (domain_id) references domains (id) on delete cascade;
alter table certificates add constraint check_expiry_future check (expires_at > created_at);
alter table certificates add constraint check_certificate_private_key_sealed check (private_key ~ '^v1\.');
alter table volumes
  add constraint volumes_application_id_foreign foreign key (application_id) references applications (id) on delete restrict;
alter table volumes
  add constraint volumes_database_id_foreign foreign key (database_id) references databases (id) on delete restrict;
alter table volumes add constraint check_volume_type check (type in ('docker_volume', 'nfs', 's3'));
alter table volumes add constraint check_size_positive check (size_gb > 0);
alter table volumes add constraint check_volume_owner check (num_nonnulls(application_id, database_id) <= 1);
