create table teams (
  id uuid not null,
  name varchar(255) not null,
  description text null,
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (id)
);
alter table teams add constraint teams_name_unique unique (name);
alter table teams add constraint check_team_name_length check (length(name) >= 3 and length(name) <= 100);

create table users (
  id uuid not null,
  username varchar(255) not null,
  email varchar(255) not null,
  password_hash varchar(255) null,
  role varchar(50) not null default 'viewer',
  preferences jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id)
);
alter table users add constraint users_username_unique unique (username);
alter table users add constraint users_email_unique unique (email);
create index users_role_index on users (role);
alter table users add constraint check_username_format check (username ~ '^[a-z0-9_-]{3,50}$');
alter table users add constraint check_email_format check (email ~ '^[^@]+@[^@]+\.[^@]+$');
alter table users
  add constraint check_user_role check (role in ('super_admin', 'admin', 'developer', 'viewer'));

create table team_members (
  id uuid not null,
  user_id uuid not null,
  team_id uuid not null,
  role varchar(50) not null default 'member',
  joined_at timestamptz not null default now(),
  primary key (id)
);
create index team_members_team_id_index on team_members (team_id);
alter table team_members add constraint team_members_user_id_team_id_unique unique (user_id, team_id);
alter table team_members
  add constraint check_team_member_role check (role in ('owner', 'admin', 'member', 'viewer'));

create table projects (
  id uuid not null,
  name varchar(255) not null,
  description text null,
  owner_id uuid not null,
  team_id uuid null,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id)
);
create index projects_owner_id_index on projects (owner_id);
create index projects_team_id_index on projects (team_id);
create index projects_metadata_gin on projects using gin (metadata);
alter table projects add constraint projects_owner_id_name_unique unique (owner_id, name);
alter table projects add constraint check_project_name_length check (length(name) >= 3 and length(name) <= 100);

create table applications (
  id uuid not null,
  project_id uuid not null,
  name varchar(255) not null,
  type varchar(50) not null,
  status varchar(50) not null default 'stopped',
  source_type varchar(50) not null,
  source_config jsonb not null default '{}',
  docker_config jsonb not null default '{}',
  env_vars jsonb not null default '{}',
  replicas int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz null,
  primary key (id)
);
create index applications_project_id_index on applications (project_id);
create index applications_status_index on applications (status);
create index applications_env_vars_gin on applications using gin (env_vars);
create index applications_docker_config_gin on applications using gin (docker_config);
create index idx_applications_active on applications (id) where deleted_at is null;
create unique index applications_project_id_name_unique on applications (project_id, name) where deleted_at is null;
alter table applications add constraint check_app_type check (type in ('docker', 'git', 'compose'));
alter table applications
  add constraint check_app_status check (status in ('stopped', 'deploying', 'running', 'failed', 'scaling', 'archived'));
alter table applications
  add constraint check_app_source_type check (source_type in ('github', 'gitlab', 'bitbucket', 'gitea', 'docker', 'docker_compose', 'git'));
alter table applications add constraint check_replicas_non_negative check (replicas >= 0);

create table git_sources (
  id uuid not null,
  application_id uuid not null,
  provider varchar(50) not null,
  repository varchar(500) not null,
  branch varchar(255) not null,
  commit_sha varchar(40) null,
  webhook_config jsonb not null default '{}',
  primary key (id)
);
alter table git_sources add constraint git_sources_application_id_unique unique (application_id);
create index git_sources_provider_repository_index on git_sources (provider, lower(repository));
alter table git_sources
  add constraint check_git_provider check (provider in ('github', 'gitlab', 'bitbucket', 'gitea'));

create table env_vars (
  id uuid not null,
  application_id uuid not null,
  key varchar(255) not null,
  value text not null,
  is_secret boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (id)
);
create index env_vars_application_id_index on env_vars (application_id);
alter table env_vars add constraint env_vars_application_id_key_unique unique (application_id, key);
alter table env_vars add constraint check_env_var_key check (key ~ '^[A-Z_][A-Z0-9_]*$');

create table link_codes (
  id uuid not null,
  code_hash varchar(64) not null,
  user_id uuid null,
  role varchar(50) not null default 'viewer',
  expires_at timestamptz not null,
  used_at timestamptz null,
  created_at timestamptz not null default now(),
  primary key (id)
);
alter table link_codes add constraint link_codes_code_hash_unique unique (code_hash);
create index link_codes_user_id_index on link_codes (user_id);
alter table link_codes
  add constraint check_link_code_role check (role in ('super_admin', 'admin', 'developer', 'viewer'));

create table deployments (
  id uuid not null,
  application_id uuid not null,
  triggered_by uuid null,
  status varchar(50) not null default 'pending',
  commit_sha varchar(40) null,
  logs text null,
  metadata jsonb not null default '{}',
  started_at timestamptz not null default now(),
  completed_at timestamptz null,
  primary key (id)
);
create index deployments_application_id_started_at_index on deployments (application_id, started_at desc);
create index deployments_status_index on deployments (status);
create index deployments_triggered_by_index on deployments (triggered_by);
alter table deployments
  add constraint check_deployment_status check (status in ('pending', 'building', 'deploying', 'success', 'failed', 'rolled_back'));

create table deployment_logs (
  id bigserial not null,
  deployment_id uuid not null,
  level varchar(20) not null,
  message text not null,
  created_at timestamptz not null default now(),
  primary key (id, deployment_id)) partition by hash (deployment_id
);
create index deployment_logs_deployment_id_created_at_index on deployment_logs (deployment_id, created_at desc);
create index deployment_logs_level_index on deployment_logs (level);
alter table deployment_logs
  add constraint check_deployment_log_level check (level in ('debug', 'info', 'warn', 'error'));
create table deployment_logs_0 partition of deployment_logs for values with (modulus 4, remainder 0);
create table deployment_logs_1 partition of deployment_logs for values with (modulus 4, remainder 1);
create table deployment_logs_2 partition of deployment_logs for values with (modulus 4, remainder 2);
create table deployment_logs_3 partition of deployment_logs for values with (modulus 4, remainder 3);

create table chat_messages (
  id uuid not null,
  deployment_id uuid not null,
  platform varchar(50) not null,
  channel varchar(255) not null,
  message varchar(255) null,
  finished_at timestamptz null,
  created_at timestamptz not null default now(),
  primary key (id)
);
create index chat_messages_deployment_id_index on chat_messages (deployment_id);
alter table chat_messages
  add constraint chat_messages_platform_channel_deployment_id_unique unique (platform, channel, deployment_id);
alter table chat_messages
  add constraint check_chat_message_platform check (platform in ('console', 'slack', 'discord', 'http'));

create table chat_identities (
  id uuid not null,
  user_id uuid not null,
  platform varchar(50) not null,
  workspace varchar(255) not null,
  account varchar(255) not null,
  created_at timestamptz not null default now(),
  primary key (id)
);
create index chat_identities_user_id_index on chat_identities (user_id);
alter table chat_identities
  add constraint chat_identities_platform_workspace_account_unique unique (platform, workspace, account);
alter table chat_identities
  add constraint check_chat_identity_platform check (platform in ('console', 'slack', 'discord', 'http'));

create table audit_logs (
  id bigserial not null,
  created_at timestamptz not null default now(),
  user_id uuid null,
  action varchar(100) not null,
  resource_type varchar(50) not null,
  resource_id uuid null,
  details jsonb not null default '{}',
  ip_address inet null,
  user_agent text null,
  primary key (id, created_at)) partition by range (created_at
);
create index audit_logs_user_id_created_at_index on audit_logs (user_id, created_at desc);
create index audit_logs_resource_type_resource_id_index on audit_logs (resource_type, resource_id);
create index audit_logs_action_index on audit_logs (action);
create index audit_logs_created_at_index on audit_logs (created_at desc);
alter table audit_logs
  add constraint check_audit_resource_type check (resource_type in ('user', 'team', 'project', 'application', 'database', 'deployment', 'domain'));
create table audit_logs_default partition of audit_logs default;

create table api_tokens (
  id uuid not null,
  user_id uuid not null,
  name varchar(100) not null,
  token_hash varchar(64) not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz null,
  revoked_at timestamptz null,
  primary key (id)
);
alter table api_tokens add constraint api_tokens_token_hash_unique unique (token_hash);
create index api_tokens_user_id_index on api_tokens (user_id);
alter table api_tokens add constraint api_tokens_user_id_name_unique unique (user_id, name);

create table webhook_deliveries (
  id uuid not null,
  provider varchar(50) not null,
  delivery_id varchar(255) not null,
  event varchar(100) not null,
  repository varchar(500) not null,
  ref varchar(500) null,
  commit_sha varchar(40) null,
  outcome jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (id)
);
create index webhook_deliveries_created_at_index on webhook_deliveries (created_at desc);
alter table webhook_deliveries
  add constraint webhook_deliveries_provider_delivery_id_unique unique (provider, delivery_id);
alter table webhook_deliveries
  add constraint check_webhook_delivery_provider check (provider in ('github', 'gitlab', 'bitbucket', 'gitea'));

alter table team_members
  add constraint team_members_user_id_foreign foreign key (user_id) references users (id) on delete cascade;
alter table team_members
  add constraint team_members_team_id_foreign foreign key (team_id) references teams (id) on delete cascade;
alter table projects
  add constraint projects_owner_id_foreign foreign key (owner_id) references users (id) on delete cascade;
alter table projects
  add constraint projects_team_id_foreign foreign key (team_id) references teams (id) on delete set null;
alter table applications
  add constraint applications_project_id_foreign foreign key (project_id) references projects (id) on delete cascade;
alter table git_sources
  add constraint git_sources_application_id_foreign foreign key (application_id) references applications (id) on delete cascade;
alter table env_vars
  add constraint env_vars_application_id_foreign foreign key (application_id) references applications (id) on delete cascade;
alter table link_codes
  add constraint link_codes_user_id_foreign foreign key (user_id) references users (id) on delete cascade;
alter table deployments
  add constraint deployments_application_id_foreign foreign key (application_id) references applications (id) on delete cascade;
alter table deployments
  add constraint deployments_triggered_by_foreign foreign key (triggered_by) references users (id) on delete set null;
alter table deployment_logs
  add constraint deployment_logs_deployment_id_foreign foreign key (deployment_id) references deployments (id) on delete cascade;
alter table chat_messages
  add constraint chat_messages_deployment_id_foreign foreign key (deployment_id) references deployments (id) on delete cascade;
alter table chat_identities
  add constraint chat_identities_user_id_foreign foreign key (user_id) references users (id) on delete cascade;
alter table audit_logs
  add constraint audit_logs_user_id_foreign foreign key (user_id) references users (id) on delete set null;
alter table api_tokens
  add constraint api_tokens_user_id_foreign foreign key (user_id) references users (id) on delete cascade;
