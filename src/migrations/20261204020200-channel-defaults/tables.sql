create table channel_defaults (id uuid not null, platform varchar(50) not null, channel varchar(255) not null, project_id uuid not null, application_id uuid null, set_by uuid null, created_at timestamptz not null default now(), primary key (id));
create index channel_defaults_project_id_index on channel_defaults (project_id);
create index channel_defaults_application_id_index on channel_defaults (application_id);
create index channel_defaults_set_by_index on channel_defaults (set_by);
alter table channel_defaults add constraint channel_defaults_platform_channel_unique unique (platform, channel);

alter table channel_defaults add constraint channel_defaults_project_id_foreign foreign key (project_id) references projects (id) on delete cascade;
alter table channel_defaults add constraint channel_defaults_application_id_foreign foreign key (application_id) references applications (id) on delete cascade;
alter table channel_defaults add constraint channel_defaults_set_by_foreign foreign key (set_by) references users (id) on delete set null;
alter table channel_defaults add constraint check_channel_default_platform check (platform in ('console', 'slack', 'discord', 'http'));
alter table channel_defaults enable row level security;
create policy channel_defaults_system_policy on channel_defaults to shipmate_system using (true) with check (true);
create policy channel_defaults_select_policy on channel_defaults for select to shipmate_app using ((project_id = any (array(select unnest(app_few_project_ids()))) or (project_id >= (select app_all_unless(app_few_project_ids())) and (select app_seen() from projects t where t.id = project_id))));
create policy channel_defaults_insert_policy on channel_defaults for insert to shipmate_app with check (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy channel_defaults_delete_policy on channel_defaults for delete to shipmate_app using (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
grant select, insert, update, delete on channel_defaults to shipmate_app, shipmate_system;
