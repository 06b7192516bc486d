drop policy teams_delete_policy on teams;
drop policy teams_select_policy on teams;
drop policy teams_update_policy on teams;
drop policy team_members_delete_policy on team_members;
drop policy team_members_insert_policy on team_members;
drop policy team_members_select_policy on team_members;
drop policy team_members_update_policy on team_members;
drop policy projects_select_policy on projects;
drop policy projects_update_policy on projects;
drop policy databases_delete_policy on databases;
drop policy databases_insert_policy on databases;
drop policy databases_select_policy on databases;
drop policy databases_update_policy on databases;
drop policy backups_insert_policy on backups;
drop policy backups_select_policy on backups;
drop policy backups_update_policy on backups;
drop policy restores_insert_policy on restores;
drop policy restores_select_policy on restores;
drop policy restores_update_policy on restores;
drop policy domains_delete_policy on domains;
drop policy domains_insert_policy on domains;
drop policy domains_select_policy on domains;
drop policy domains_update_policy on domains;
drop policy certificate_renewals_insert_policy on certificate_renewals;
drop policy certificate_renewals_select_policy on certificate_renewals;
drop policy certificate_renewals_update_policy on certificate_renewals;
drop policy certificates_delete_policy on certificates;
drop policy certificates_insert_policy on certificates;
drop policy certificates_select_policy on certificates;
drop policy certificates_update_policy on certificates;
drop policy backup_stores_select_policy on backup_stores;
drop policy applications_delete_policy on applications;
drop policy applications_insert_policy on applications;
drop policy applications_select_policy on applications;
drop policy applications_update_policy on applications;
drop policy incidents_select_policy on incidents;
drop policy git_sources_delete_policy on git_sources;
drop policy git_sources_insert_policy on git_sources;
drop policy git_sources_select_policy on git_sources;
drop policy git_sources_update_policy on git_sources;
drop policy env_vars_delete_policy on env_vars;
drop policy env_vars_insert_policy on env_vars;
drop policy env_vars_select_policy on env_vars;
drop policy env_vars_update_policy on env_vars;
drop policy branch_heads_select_policy on branch_heads;
drop policy notification_routes_delete_policy on notification_routes;
drop policy notification_routes_insert_policy on notification_routes;
drop policy notification_routes_select_policy on notification_routes;
drop policy freeze_windows_delete_policy on freeze_windows;
drop policy freeze_windows_insert_policy on freeze_windows;
drop policy freeze_windows_select_policy on freeze_windows;
drop policy deployments_insert_policy on deployments;
drop policy deployments_select_policy on deployments;
drop policy deployments_update_policy on deployments;
drop policy deployment_logs_insert_policy on deployment_logs;
drop policy deployment_logs_select_policy on deployment_logs;
drop policy chat_messages_insert_policy on chat_messages;
drop policy chat_messages_select_policy on chat_messages;
drop policy chat_messages_update_policy on chat_messages;
drop policy deploy_locks_delete_policy on deploy_locks;
drop policy deploy_locks_insert_policy on deploy_locks;
drop policy deploy_locks_select_policy on deploy_locks;
drop policy audit_logs_insert_policy on audit_logs;
drop policy audit_logs_select_policy on audit_logs;
drop policy approvals_insert_policy on approvals;
drop policy approvals_select_policy on approvals;
drop policy approvals_update_policy on approvals;
drop policy volumes_delete_policy on volumes;
drop policy volumes_insert_policy on volumes;
drop policy volumes_select_policy on volumes;
drop policy volumes_update_policy on volumes;
create policy teams_delete_policy on teams for delete to shipmate_app
  using ((id = any (array(select app_team_ids('owner'))) or (id >= (select app_all_from(app_is_super_admin())) and id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)));
create policy teams_select_policy on teams for select to shipmate_app
  using ((id = any (array(select app_team_ids('viewer'))) or (id >= (select app_all_from(app_is_super_admin())) and id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)));
create policy teams_update_policy on teams for update to shipmate_app
  using ((id = any (array(select app_team_ids('admin'))) or (id >= (select app_all_from(app_is_super_admin())) and id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)))
  with check ((id = any (array(select app_team_ids('admin'))) or (id >= (select app_all_from(app_is_super_admin())) and id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)));
create policy team_members_delete_policy on team_members for delete to shipmate_app
  using ((team_id = any (array(select app_team_ids('owner'))) or (team_id >= (select app_all_from(app_is_super_admin())) and team_id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)) or (role <> 'owner' and (team_id = any (array(select app_team_ids('admin'))) or (team_id >= (select app_all_from(app_is_super_admin())) and team_id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))) or user_id = (select app_user_id()));
create policy team_members_insert_policy on team_members for insert to shipmate_app
  with check ((team_id = any (array(select app_team_ids('owner'))) or (team_id >= (select app_all_from(app_is_super_admin())) and team_id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)) or (role <> 'owner' and (team_id = any (array(select app_team_ids('admin'))) or (team_id >= (select app_all_from(app_is_super_admin())) and team_id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))) or (user_id = (select app_user_id()) and role = 'owner' and not app_team_has_members(team_id)));
create policy team_members_select_policy on team_members for select to shipmate_app
  using ((team_id = any (array(select app_team_ids('viewer'))) or (team_id >= (select app_all_from(app_is_super_admin())) and team_id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)));
create policy team_members_update_policy on team_members for update to shipmate_app
  using ((team_id = any (array(select app_team_ids('owner'))) or (team_id >= (select app_all_from(app_is_super_admin())) and team_id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)) or (role <> 'owner' and (team_id = any (array(select app_team_ids('admin'))) or (team_id >= (select app_all_from(app_is_super_admin())) and team_id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))))
  with check ((team_id = any (array(select app_team_ids('owner'))) or (team_id >= (select app_all_from(app_is_super_admin())) and team_id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)) or (role <> 'owner' and (team_id = any (array(select app_team_ids('admin'))) or (team_id >= (select app_all_from(app_is_super_admin())) and team_id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))));
create policy projects_select_policy on projects for select to shipmate_app
  using (owner_id = (select app_user_id()) or team_id = any (array(select app_team_ids('viewer'))) or (id >= (select app_all_from(app_is_super_admin())) and id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid));
create policy projects_update_policy on projects for update to shipmate_app
  using (owner_id = (select app_user_id()) or team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))
  with check (app_project_stays(id, owner_id, team_id) or (app_owns_project(id) and owner_id = (select app_user_id()) and (team_id is null or team_id in (select app_team_ids('member')))) or (select app_is_super_admin()));
create policy databases_delete_policy on databases for delete to shipmate_app
  using (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))));
create policy databases_insert_policy on databases for insert to shipmate_app
  with check (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy databases_select_policy on databases for select to shipmate_app
  using ((project_id = any (array(select unnest(app_few_project_ids()))) or (project_id >= (select app_all_unless(app_few_project_ids())) and (select app_seen() from projects t where t.id = project_id))));
create policy databases_update_policy on databases for update to shipmate_app
  using (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))))
  with check (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy backups_insert_policy on backups for insert to shipmate_app
  with check (exists (select from databases t join projects p on p.id = t.project_id where t.id = database_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy backups_select_policy on backups for select to shipmate_app
  using ((database_id = any (array(select unnest(app_few_database_ids()))) or (database_id >= (select app_all_unless(app_few_database_ids())) and (select app_seen() from databases t where t.id = database_id))));
create policy backups_update_policy on backups for update to shipmate_app
  using (exists (select from databases t join projects p on p.id = t.project_id where t.id = database_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))))
  with check (exists (select from databases t join projects p on p.id = t.project_id where t.id = database_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))));
create policy restores_insert_policy on restores for insert to shipmate_app
  with check (requested_by = (select app_user_id()) and decided_by is null and exists (select from databases t join projects p on p.id = t.project_id where t.id = database_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) and exists (select from backups b where b.id = backup_id));
create policy restores_select_policy on restores for select to shipmate_app
  using ((database_id = any (array(select unnest(app_few_database_ids()))) or (database_id >= (select app_all_unless(app_few_database_ids())) and (select app_seen() from databases t where t.id = database_id))));
create policy restores_update_policy on restores for update to shipmate_app
  using ((exists (select from databases t join projects p on p.id = t.project_id where t.id = database_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))) or (exists (select from databases t join projects p on p.id = t.project_id where t.id = database_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) and (select app_user_role()) = 'admin')))
  with check (decided_by = (select app_user_id()) and (exists (select from databases t join projects p on p.id = t.project_id where t.id = database_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))) or (exists (select from databases t join projects p on p.id = t.project_id where t.id = database_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) and (select app_user_role()) = 'admin')) and exists (select from backups b where b.id = backup_id));
create policy domains_delete_policy on domains for delete to shipmate_app
  using (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy domains_insert_policy on domains for insert to shipmate_app
  with check (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) and ((target_type = 'application' and exists (select from applications a where a.id = target_id and a.project_id = domains.project_id)) or (target_type = 'database' and exists (select from databases d where d.id = target_id and d.project_id = domains.project_id))) and (redirect_to_id is null or app_changes_domain(redirect_to_id)));
create policy domains_select_policy on domains for select to shipmate_app
  using ((project_id = any (array(select unnest(app_few_project_ids()))) or (project_id >= (select app_all_unless(app_few_project_ids())) and (select app_seen() from projects t where t.id = project_id))));
create policy domains_update_policy on domains for update to shipmate_app
  using (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))))
  with check (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) and ((target_type = 'application' and exists (select from applications a where a.id = target_id and a.project_id = domains.project_id)) or (target_type = 'database' and exists (select from databases d where d.id = target_id and d.project_id = domains.project_id))) and (redirect_to_id is null or app_changes_domain(redirect_to_id)));
create policy certificate_renewals_insert_policy on certificate_renewals for insert to shipmate_app
  with check (exists (select from domains t join projects p on p.id = t.project_id where t.id = domain_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy certificate_renewals_select_policy on certificate_renewals for select to shipmate_app
  using ((domain_id = any (array(select unnest(app_few_domain_ids()))) or (domain_id >= (select app_all_unless(app_few_domain_ids())) and (select app_seen() from domains t where t.id = domain_id))));
create policy certificate_renewals_update_policy on certificate_renewals for update to shipmate_app
  using (exists (select from domains t join projects p on p.id = t.project_id where t.id = domain_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))))
  with check (exists (select from domains t join projects p on p.id = t.project_id where t.id = domain_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy certificates_delete_policy on certificates for delete to shipmate_app
  using (exists (select from domains t join projects p on p.id = t.project_id where t.id = domain_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy certificates_insert_policy on certificates for insert to shipmate_app
  with check (exists (select from domains t join projects p on p.id = t.project_id where t.id = domain_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy certificates_select_policy on certificates for select to shipmate_app
  using ((domain_id = any (array(select unnest(app_few_domain_ids()))) or (domain_id >= (select app_all_unless(app_few_domain_ids())) and (select app_seen() from domains t where t.id = domain_id))));
create policy certificates_update_policy on certificates for update to shipmate_app
  using (exists (select from domains t join projects p on p.id = t.project_id where t.id = domain_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))))
  with check (exists (select from domains t join projects p on p.id = t.project_id where t.id = domain_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy backup_stores_select_policy on backup_stores for select to shipmate_app
  using (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))) or (select app_is_super_admin()));
create policy applications_delete_policy on applications for delete to shipmate_app
  using (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))));
create policy applications_insert_policy on applications for insert to shipmate_app
  with check (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy applications_select_policy on applications for select to shipmate_app
  using ((project_id = any (array(select unnest(app_few_project_ids()))) or (project_id >= (select app_all_unless(app_few_project_ids())) and (select app_seen() from projects t where t.id = project_id))));
create policy applications_update_policy on applications for update to shipmate_app
  using (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))))
  with check (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy incidents_select_policy on incidents for select to shipmate_app
  using ((application_id = any (array(select unnest(app_few_application_ids()))) or (application_id >= (select app_all_unless(app_few_application_ids())) and (select app_seen() from applications t where t.id = application_id))));
create policy git_sources_delete_policy on git_sources for delete to shipmate_app
  using (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy git_sources_insert_policy on git_sources for insert to shipmate_app
  with check (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy git_sources_select_policy on git_sources for select to shipmate_app
  using ((application_id = any (array(select unnest(app_few_application_ids()))) or (application_id >= (select app_all_unless(app_few_application_ids())) and (select app_seen() from applications t where t.id = application_id))));
create policy git_sources_update_policy on git_sources for update to shipmate_app
  using (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))))
  with check (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy env_vars_delete_policy on env_vars for delete to shipmate_app
  using (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy env_vars_insert_policy on env_vars for insert to shipmate_app
  with check (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy env_vars_select_policy on env_vars for select to shipmate_app
  using ((application_id = any (array(select unnest(app_few_application_ids()))) or (application_id >= (select app_all_unless(app_few_application_ids())) and (select app_seen() from applications t where t.id = application_id))));
create policy env_vars_update_policy on env_vars for update to shipmate_app
  using (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))))
  with check (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy branch_heads_select_policy on branch_heads for select to shipmate_app
  using ((application_id = any (array(select unnest(app_few_application_ids()))) or (application_id >= (select app_all_unless(app_few_application_ids())) and (select app_seen() from applications t where t.id = application_id))));
create policy notification_routes_delete_policy on notification_routes for delete to shipmate_app
  using ((exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))) or (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) and (select app_user_role()) = 'admin')) or (select app_is_super_admin()));
create policy notification_routes_insert_policy on notification_routes for insert to shipmate_app
  with check (created_by = (select app_user_id()) and ((exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))) or (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) and (select app_user_role()) = 'admin')) or (select app_is_super_admin())));
create policy notification_routes_select_policy on notification_routes for select to shipmate_app
  using ((project_id = any (array(select unnest(app_few_project_ids()))) or (project_id >= (select app_all_unless(app_few_project_ids())) and (select app_seen() from projects t where t.id = project_id))) or (select app_is_super_admin()));
create policy freeze_windows_delete_policy on freeze_windows for delete to shipmate_app
  using ((exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))) or (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) and (select app_user_role()) = 'admin')));
create policy freeze_windows_insert_policy on freeze_windows for insert to shipmate_app
  with check ((exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))) or (exists (select from projects p where p.id = project_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) and (select app_user_role()) = 'admin')));
create policy freeze_windows_select_policy on freeze_windows for select to shipmate_app
  using ((project_id = any (array(select unnest(app_few_project_ids()))) or (project_id >= (select app_all_unless(app_few_project_ids())) and (select app_seen() from projects t where t.id = project_id))));
create policy deployments_insert_policy on deployments for insert to shipmate_app
  with check (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy deployments_select_policy on deployments for select to shipmate_app
  using ((application_id = any (array(select unnest(app_few_application_ids()))) or (application_id >= (select app_all_unless(app_few_application_ids())) and (select app_seen() from applications t where t.id = application_id))));
create policy deployments_update_policy on deployments for update to shipmate_app
  using (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))))
  with check (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy deployment_logs_insert_policy on deployment_logs for insert to shipmate_app
  with check (exists (select from deployments d where d.id = deployment_id and exists (select from applications t join projects p on p.id = t.project_id where t.id = d.application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin())))));
create policy deployment_logs_select_policy on deployment_logs for select to shipmate_app
  using ((select app_seen() from deployments d where d.id = deployment_id));
create policy chat_messages_insert_policy on chat_messages for insert to shipmate_app
  with check (exists (select from deployments d where d.id = deployment_id and exists (select from applications t join projects p on p.id = t.project_id where t.id = d.application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin())))));
create policy chat_messages_select_policy on chat_messages for select to shipmate_app
  using ((select app_seen() from deployments d where d.id = deployment_id));
create policy chat_messages_update_policy on chat_messages for update to shipmate_app
  using (exists (select from deployments d where d.id = deployment_id and exists (select from applications t join projects p on p.id = t.project_id where t.id = d.application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin())))))
  with check (exists (select from deployments d where d.id = deployment_id and exists (select from applications t join projects p on p.id = t.project_id where t.id = d.application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin())))));
create policy deploy_locks_delete_policy on deploy_locks for delete to shipmate_app
  using ((locked_by = (select app_user_id()) and exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin())))) or (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))) or (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) and (select app_user_role()) = 'admin')));
create policy deploy_locks_insert_policy on deploy_locks for insert to shipmate_app
  with check (locked_by = (select app_user_id()) and exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))));
create policy deploy_locks_select_policy on deploy_locks for select to shipmate_app
  using ((application_id = any (array(select unnest(app_few_application_ids()))) or (application_id >= (select app_all_unless(app_few_application_ids())) and (select app_seen() from applications t where t.id = application_id))));
create policy audit_logs_insert_policy on audit_logs for insert to shipmate_app
  with check (user_id = (select app_user_id()) and (resource_id is null or (resource_type = 'user' and resource_id = (select app_user_id())) or (select app_is_super_admin()) or (resource_type = 'project' and (resource_id = any (array(select unnest(app_few_project_ids()))) or (resource_id >= (select app_all_unless(app_few_project_ids())) and (select app_seen() from projects t where t.id = resource_id)))) or (resource_type = 'application' and (resource_id = any (array(select unnest(app_few_application_ids()))) or (resource_id >= (select app_all_unless(app_few_application_ids())) and (select app_seen() from applications t where t.id = resource_id)))) or (resource_type = 'deployment' and (select app_seen() from deployments d where d.id = resource_id)) or (resource_type = 'database' and (resource_id = any (array(select unnest(app_few_database_ids()))) or (resource_id >= (select app_all_unless(app_few_database_ids())) and (select app_seen() from databases t where t.id = resource_id)))) or (resource_type = 'domain' and (resource_id = any (array(select unnest(app_few_domain_ids()))) or (resource_id >= (select app_all_unless(app_few_domain_ids())) and (select app_seen() from domains t where t.id = resource_id)))) or (resource_type = 'team' and (resource_id = any (array(select app_team_ids('viewer'))) or (resource_id >= (select app_all_from(app_is_super_admin())) and resource_id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)))));
create policy audit_logs_select_policy on audit_logs for select to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()) or (resource_type = 'project' and (resource_id = any (array(select unnest(app_few_project_ids()))) or (resource_id >= (select app_all_unless(app_few_project_ids())) and (select app_seen() from projects t where t.id = resource_id)))) or (resource_type = 'application' and (resource_id = any (array(select unnest(app_few_application_ids()))) or (resource_id >= (select app_all_unless(app_few_application_ids())) and (select app_seen() from applications t where t.id = resource_id)))) or (resource_type = 'deployment' and (select app_seen() from deployments d where d.id = resource_id)) or (resource_type = 'database' and (resource_id = any (array(select unnest(app_few_database_ids()))) or (resource_id >= (select app_all_unless(app_few_database_ids())) and (select app_seen() from databases t where t.id = resource_id)))) or (resource_type = 'domain' and (resource_id = any (array(select unnest(app_few_domain_ids()))) or (resource_id >= (select app_all_unless(app_few_domain_ids())) and (select app_seen() from domains t where t.id = resource_id)))) or (resource_type = 'team' and (resource_id = any (array(select app_team_ids('viewer'))) or (resource_id >= (select app_all_from(app_is_super_admin())) and resource_id < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))));
create policy approvals_insert_policy on approvals for insert to shipmate_app
  with check (requested_by = (select app_user_id()) and decision is null and exists (select from deployments d where d.id = deployment_id and exists (select from applications t join projects p on p.id = t.project_id where t.id = d.application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin())))));
create policy approvals_select_policy on approvals for select to shipmate_app
  using ((select app_seen() from deployments d where d.id = deployment_id));
create policy approvals_update_policy on approvals for update to shipmate_app
  using ((exists (select from deployments d where d.id = deployment_id and exists (select from applications t join projects p on p.id = t.project_id where t.id = d.application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin())))) or (exists (select from deployments d where d.id = deployment_id and exists (select from applications t join projects p on p.id = t.project_id where t.id = d.application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin())))) and (select app_user_role()) = 'admin')))
  with check (decided_by = (select app_user_id()));
create policy volumes_delete_policy on volumes for delete to shipmate_app
  using (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))) or exists (select from databases t join projects p on p.id = t.project_id where t.id = database_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('admin'))) or (select app_is_super_admin()))) or (select app_is_super_admin()));
create policy volumes_insert_policy on volumes for insert to shipmate_app
  with check (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) or exists (select from databases t join projects p on p.id = t.project_id where t.id = database_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) or (select app_is_super_admin()));
create policy volumes_select_policy on volumes for select to shipmate_app
  using ((application_id = any (array(select unnest(app_few_application_ids()))) or (application_id >= (select app_all_unless(app_few_application_ids())) and (select app_seen() from applications t where t.id = application_id))) or (database_id = any (array(select unnest(app_few_database_ids()))) or (database_id >= (select app_all_unless(app_few_database_ids())) and (select app_seen() from databases t where t.id = database_id))) or (select app_is_super_admin()));
create policy volumes_update_policy on volumes for update to shipmate_app
  using (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) or exists (select from databases t join projects p on p.id = t.project_id where t.id = database_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) or (select app_is_super_admin()))
  with check (exists (select from applications t join projects p on p.id = t.project_id where t.id = application_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) or exists (select from databases t join projects p on p.id = t.project_id where t.id = database_id and (p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member'))) or (select app_is_super_admin()))) or (select app_is_super_admin()));
drop function app_domain_ids(text);
drop function app_database_ids(text);
drop function app_application_ids(text);
drop function app_project_ids(text);
drop function app_owner_ids();
