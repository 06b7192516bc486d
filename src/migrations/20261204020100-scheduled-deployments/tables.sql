create table scheduled_deployments (id uuid not null, application_id uuid not null, requested_by uuid not null, ref varchar(255) null, due_at timestamptz not null, zone varchar(64) not null, platform varchar(50) not null, workspace varchar(255) not null, channel varchar(255) not null, account varchar(255) not null, account_name varchar(255) not null, outcome varchar(50) null, reason varchar(2000) null, ended_at timestamptz null, told_at timestamptz null, created_at timestamptz not null default now(), primary key (id));
create index scheduled_deployments_application_id_index on scheduled_deployments (application_id);
create index scheduled_deployments_requested_by_index on scheduled_deployments (requested_by);
create index scheduled_deployments_due_index on scheduled_deployments (due_at) where outcome is null;
create index scheduled_deployments_untold_index on scheduled_deployments (platform) where outcome = 'refused' and told_at is null;

alter table scheduled_deployments add constraint scheduled_deployments_application_id_foreign foreign key (application_id) references applications (id) on delete cascade;
alter table scheduled_deployments add constraint scheduled_deployments_requested_by_foreign foreign key (requested_by) references users (id) on delete cascade;
alter table scheduled_deployments add constraint check_scheduled_deployment_platform check (platform in ('console', 'slack', 'discord', 'http'));
alter table scheduled_deployments add constraint check_scheduled_deployment_outcome check (outcome in ('started', 'cancelled', 'refused'));
alter table scheduled_deployments add constraint check_scheduled_deployment_ended check ((outcome is null) = (ended_at is null));
alter table scheduled_deployments enable row level security;
create policy scheduled_deployments_system_policy on scheduled_deployments to shipmate_system using (true) with check (true);
create policy scheduled_deployments_select_policy on scheduled_deployments for select to shipmate_app using ((application_id = any (array(select unnest(app_few_application_ids()))) or (application_id >= (select app_all_unless(app_few_application_ids())) and (select app_seen() from applications t where t.id = application_id))));
create policy scheduled_deployments_insert_policy on scheduled_deployments for insert to shipmate_app with check (requested_by = (select app_user_id()) and exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy scheduled_deployments_update_policy on scheduled_deployments for update to shipmate_app using (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin())))) with check (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy scheduled_deployments_delete_policy on scheduled_deployments for delete to shipmate_app using ((select app_is_super_admin()));
grant select, insert, update, delete on scheduled_deployments to shipmate_app, shipmate_system;
