create table host_apps (
  id uuid not null,
  server varchar(300) not null,
  number varchar(20) not null,
  slug varchar(100) not null,
  name varchar(255) not null,
  owner varchar(100) not null,
  of_organization boolean not null,
  client_id varchar(100) not null,
  client_secret text not null,
  private_key text not null,
  webhook_secret text not null,
  created_by uuid null,
  created_at timestamptz not null default now(),
  primary key (id)
);
create index host_apps_created_by_index on host_apps (created_by);
alter table host_apps add constraint host_apps_server_number_unique unique (server, number);
create table host_app_installations (
  id uuid not null,
  host_app_id uuid not null,
  number varchar(20) not null,
  account varchar(100) not null,
  account_type varchar(50) not null,
  selection varchar(50) not null,
  permissions jsonb not null default '{}',
  suspended_at timestamptz null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id)
);
create index host_app_installations_account_index on host_app_installations (host_app_id, lower(account));
alter table host_app_installations add constraint host_app_installations_host_app_id_number_unique unique (host_app_id, number);
alter table host_apps add constraint host_apps_created_by_foreign foreign key (created_by) references users (id) on delete set null;
alter table host_apps add constraint check_host_app_private_key_sealed check (private_key ~ '^v1\.');
alter table host_apps add constraint check_host_app_webhook_secret_sealed check (webhook_secret ~ '^v1\.');
alter table host_apps add constraint check_host_app_client_secret_sealed check (client_secret ~ '^v1\.');
alter table host_app_installations add constraint host_app_installations_host_app_id_foreign foreign key (host_app_id) references host_apps (id) on delete cascade;
alter table host_app_installations add constraint check_host_app_installation_selection check (selection in ('all', 'selected'));
alter table host_apps enable row level security;
create policy host_apps_system_policy on host_apps to shipmate_system using (true) with check (true);
alter table host_app_installations enable row level security;
create policy host_app_installations_system_policy on host_app_installations to shipmate_system using (true) with check (true);
grant select, insert, update, delete on host_apps, host_app_installations to shipmate_app, shipmate_system;

-- The app through which the repository is reached.
alter table git_sources add column host_app_id uuid null;
alter table git_sources add constraint git_sources_host_app_id_foreign foreign key (host_app_id) references host_apps (id) on delete restrict;
create index git_sources_host_app_id_index on git_sources (host_app_id);

create or replace function webhook_source_version(s git_sources, a applications, p projects) returns text
language sql stable
as $$
  select encode(sha256(convert_to(jsonb_build_array(
    s.webhook_config ->> 'secret', s.provider, s.repository, s.branch, a.id, a.name, a.source_config, p.id, p.name,
    s.host_app_id
  )::text, 'UTF8')), 'hex')
$$;
drop trigger webhook_sources_changed on git_sources;
create trigger webhook_sources_changed
  after insert or delete or truncate or update of
    application_id, provider, repository, branch, webhook_config, host_repository_id, web_address, host_app_id
  on git_sources for each statement execute function notify_webhook_sources();
