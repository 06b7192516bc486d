alter table teams enable row level security;
create policy teams_system_policy on teams to shipmate_system using (true) with check (true);
create policy teams_select_policy on teams for select to shipmate_app
  using (id = any (array(select app_team_ids('viewer'))));
create policy teams_insert_policy on teams for insert to shipmate_app
  with check ((select app_user_role()) in ('super_admin', 'admin'));
create policy teams_update_policy on teams for update to shipmate_app
  using (id = any (array(select app_team_ids('admin'))))
  with check (id = any (array(select app_team_ids('admin'))));
create policy teams_delete_policy on teams for delete to shipmate_app
  using (id = any (array(select app_team_ids('owner'))));

alter table users enable row level security;
create policy users_system_policy on users to shipmate_system using (true) with check (true);
create policy users_select_policy on users for select to shipmate_app
  using ((select app_user_id()) is not null);
create policy users_insert_policy on users for insert to shipmate_app
  with check ((select app_is_super_admin()));
create policy users_update_policy on users for update to shipmate_app
  using (id = (select app_user_id()) or (select app_is_super_admin()))
  with check ((id = (select app_user_id()) and role = (select app_user_role())) or (select app_is_super_admin()));
create policy users_delete_policy on users for delete to shipmate_app using ((select app_is_super_admin()));

alter table team_members enable row level security;
create policy team_members_system_policy on team_members to shipmate_system using (true) with check (true);
create policy team_members_select_policy on team_members for select to shipmate_app
  using (team_id = any (array(select app_team_ids('viewer'))));
create policy team_members_insert_policy on team_members for insert to shipmate_app
  with check (team_id = any (array(select app_team_ids('owner'))) or (role <> 'owner' and team_id = any (array(select app_team_ids('admin')))) or (user_id = (select app_user_id()) and role = 'owner' and not app_team_has_members(team_id)));
create policy team_members_update_policy on team_members for update to shipmate_app
  using (team_id = any (array(select app_team_ids('owner'))) or (role <> 'owner' and team_id = any (array(select app_team_ids('admin')))))
  with check (team_id = any (array(select app_team_ids('owner'))) or (role <> 'owner' and team_id = any (array(select app_team_ids('admin')))));
create policy team_members_delete_policy on team_members for delete to shipmate_app
  using (team_id = any (array(select app_team_ids('owner'))) or (role <> 'owner' and team_id = any (array(select app_team_ids('admin')))) or user_id = (select app_user_id()));

alter table projects enable row level security;
create policy projects_system_policy on projects to shipmate_system using (true) with check (true);
create policy projects_select_policy on projects for select to shipmate_app
  using (owner_id = (select app_user_id()) or team_id in (select app_team_ids('viewer')) or (select app_is_super_admin()));
create policy projects_insert_policy on projects for insert to shipmate_app
  with check ((owner_id = (select app_user_id()) and (team_id is null or team_id in (select app_team_ids('member')))) or (select app_is_super_admin()));
create policy projects_update_policy on projects for update to shipmate_app
  using (id = any (array(select app_project_ids('admin'))))
  with check (app_project_stays(id, owner_id, team_id) or (id = any (array(select app_project_ids('owner'))) and owner_id = (select app_user_id()) and (team_id is null or team_id in (select app_team_ids('member')))) or (select app_is_super_admin()));
create policy projects_delete_policy on projects for delete to shipmate_app
  using (owner_id = (select app_user_id()) or (select app_is_super_admin()));

alter table applications enable row level security;
create policy applications_system_policy on applications to shipmate_system using (true) with check (true);
create policy applications_select_policy on applications for select to shipmate_app
  using (project_id = any (array(select app_project_ids('viewer'))));
create policy applications_insert_policy on applications for insert to shipmate_app
  with check (project_id = any (array(select app_project_ids('member'))));
create policy applications_update_policy on applications for update to shipmate_app
  using (project_id = any (array(select app_project_ids('member'))))
  with check (project_id = any (array(select app_project_ids('member'))));
create policy applications_delete_policy on applications for delete to shipmate_app
  using (project_id = any (array(select app_project_ids('admin'))));

alter table git_sources enable row level security;
create policy git_sources_system_policy on git_sources to shipmate_system using (true) with check (true);
create policy git_sources_select_policy on git_sources for select to shipmate_app
  using (application_id = any (array(select app_application_ids('viewer'))));
create policy git_sources_insert_policy on git_sources for insert to shipmate_app
  with check (application_id = any (array(select app_application_ids('member'))));
create policy git_sources_update_policy on git_sources for update to shipmate_app
  using (application_id = any (array(select app_application_ids('member'))))
  with check (application_id = any (array(select app_application_ids('member'))));
create policy git_sources_delete_policy on git_sources for delete to shipmate_app
  using (application_id = any (array(select app_application_ids('member'))));

alter table env_vars enable row level security;
create policy env_vars_system_policy on env_vars to shipmate_system using (true) with check (true);
create policy env_vars_select_policy on env_vars for select to shipmate_app
  using (application_id = any (array(select app_application_ids('viewer'))));
create policy env_vars_insert_policy on env_vars for insert to shipmate_app
  with check (application_id = any (array(select app_application_ids('member'))));
create policy env_vars_update_policy on env_vars for update to shipmate_app
  using (application_id = any (array(select app_application_ids('member'))))
  with check (application_id = any (array(select app_application_ids('member'))));
create policy env_vars_delete_policy on env_vars for delete to shipmate_app
  using (application_id = any (array(select app_application_ids('member'))));

alter table link_codes enable row level security;
create policy link_codes_system_policy on link_codes to shipmate_system using (true) with check (true);
create policy link_codes_select_policy on link_codes for select to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy link_codes_insert_policy on link_codes for insert to shipmate_app
  with check (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy link_codes_update_policy on link_codes for update to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()))
  with check (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy link_codes_delete_policy on link_codes for delete to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()));

alter table deployments enable row level security;
create policy deployments_system_policy on deployments to shipmate_system using (true) with check (true);
create policy deployments_select_policy on deployments for select to shipmate_app
  using (application_id = any (array(select app_application_ids('viewer'))));
create policy deployments_insert_policy on deployments for insert to shipmate_app
  with check (application_id = any (array(select app_application_ids('member'))));
create policy deployments_update_policy on deployments for update to shipmate_app
  using (application_id = any (array(select app_application_ids('member'))))
  with check (application_id = any (array(select app_application_ids('member'))));
create policy deployments_delete_policy on deployments for delete to shipmate_app
  using ((select app_is_super_admin()));

alter table deployment_logs enable row level security;
create policy deployment_logs_system_policy on deployment_logs to shipmate_system
  using (true)
  with check (true);
create policy deployment_logs_select_policy on deployment_logs for select to shipmate_app
  using (exists (select from deployments d where d.id = deployment_id and d.application_id = any (array(select app_application_ids('viewer')))));
create policy deployment_logs_insert_policy on deployment_logs for insert to shipmate_app
  with check (exists (select from deployments d where d.id = deployment_id and d.application_id = any (array(select app_application_ids('member')))));
create policy deployment_logs_delete_policy on deployment_logs for delete to shipmate_app
  using ((select app_is_super_admin()));

alter table chat_messages enable row level security;
create policy chat_messages_system_policy on chat_messages to shipmate_system using (true) with check (true);
create policy chat_messages_select_policy on chat_messages for select to shipmate_app
  using (exists (select from deployments d where d.id = deployment_id and d.application_id = any (array(select app_application_ids('viewer')))));
create policy chat_messages_insert_policy on chat_messages for insert to shipmate_app
  with check (exists (select from deployments d where d.id = deployment_id and d.application_id = any (array(select app_application_ids('member')))));
create policy chat_messages_update_policy on chat_messages for update to shipmate_app
  using (exists (select from deployments d where d.id = deployment_id and d.application_id = any (array(select app_application_ids('member')))))
  with check (exists (select from deployments d where d.id = deployment_id and d.application_id = any (array(select app_application_ids('member')))));
create policy chat_messages_delete_policy on chat_messages for delete to shipmate_app
  using ((select app_is_super_admin()));

alter table chat_identities enable row level security;
create policy chat_identities_system_policy on chat_identities to shipmate_system
  using (true)
  with check (true);
create policy chat_identities_select_policy on chat_identities for select to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy chat_identities_insert_policy on chat_identities for insert to shipmate_app
  with check (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy chat_identities_update_policy on chat_identities for update to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()))
  with check (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy chat_identities_delete_policy on chat_identities for delete to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()));

alter table audit_logs enable row level security;
create policy audit_logs_system_policy on audit_logs to shipmate_system using (true) with check (true);
create policy audit_logs_select_policy on audit_logs for select to shipmate_app
  using (user_id = (select app_user_id()) or (resource_type = 'project' and resource_id = any (array(select app_project_ids('viewer')))) or (resource_type = 'application' and resource_id = any (array(select app_application_ids('viewer')))) or (resource_type = 'deployment' and exists (select from deployments d where d.id = resource_id and d.application_id = any (array(select app_application_ids('viewer'))))) or (resource_type = 'team' and resource_id = any (array(select app_team_ids('viewer')))) or (select app_is_super_admin()));
create policy audit_logs_insert_policy on audit_logs for insert to shipmate_app
  with check (user_id = (select app_user_id()));

alter table api_tokens enable row level security;
create policy api_tokens_system_policy on api_tokens to shipmate_system using (true) with check (true);
create policy api_tokens_select_policy on api_tokens for select to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy api_tokens_insert_policy on api_tokens for insert to shipmate_app
  with check (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy api_tokens_update_policy on api_tokens for update to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()))
  with check (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy api_tokens_delete_policy on api_tokens for delete to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()));

alter table webhook_deliveries enable row level security;
create policy webhook_deliveries_system_policy on webhook_deliveries to shipmate_system
  using (true)
  with check (true);
create policy webhook_deliveries_select_policy on webhook_deliveries for select to shipmate_app
  using ((select app_is_super_admin()));
create policy webhook_deliveries_insert_policy on webhook_deliveries for insert to shipmate_app
  with check ((select app_is_super_admin()));
create policy webhook_deliveries_update_policy on webhook_deliveries for update to shipmate_app
  using ((select app_is_super_admin()))
  with check ((select app_is_super_admin()));
create policy webhook_deliveries_delete_policy on webhook_deliveries for delete to shipmate_app
  using ((select app_is_super_admin()));
