drop policy projects_select_policy on projects;

drop policy audit_logs_select_policy on audit_logs;
create policy projects_select_policy on projects for select to shipmate_app
  using (owner_id = any (array(select app_owner_ids())) or team_id = any (array(select app_team_ids('viewer'))));
create policy audit_logs_select_policy on audit_logs for select to shipmate_app
  using (user_id = (select app_user_id()) or (resource_type = 'project' and resource_id = any (array(select app_project_ids('viewer')))) or (resource_type = 'application' and resource_id = any (array(select app_application_ids('viewer')))) or (resource_type = 'deployment' and exists (select from deployments d where d.id = resource_id and d.application_id = any (array(select app_application_ids('viewer'))))) or (resource_type = 'database' and resource_id = any (array(select app_database_ids('viewer')))) or (resource_type = 'domain' and resource_id = any (array(select app_domain_ids('viewer')))) or (resource_type = 'team' and resource_id = any (array(select app_team_ids('viewer')))) or (select app_is_super_admin()));

alter table databases enable row level security;
create policy databases_system_policy on databases to shipmate_system using (true) with check (true);
create policy databases_select_policy on databases for select to shipmate_app
  using (project_id = any (array(select app_project_ids('viewer'))));
create policy databases_insert_policy on databases for insert to shipmate_app
  with check (project_id = any (array(select app_project_ids('member'))));
create policy databases_update_policy on databases for update to shipmate_app
  using (project_id = any (array(select app_project_ids('member'))))
  with check (project_id = any (array(select app_project_ids('member'))));
create policy databases_delete_policy on databases for delete to shipmate_app
  using (project_id = any (array(select app_project_ids('admin'))));

alter table backups enable row level security;
create policy backups_system_policy on backups to shipmate_system using (true) with check (true);
create policy backups_select_policy on backups for select to shipmate_app
  using (database_id = any (array(select app_database_ids('viewer'))));
create policy backups_insert_policy on backups for insert to shipmate_app
  with check (database_id = any (array(select app_database_ids('member'))));
create policy backups_update_policy on backups for update to shipmate_app
  using (database_id = any (array(select app_database_ids('admin'))))
  with check (database_id = any (array(select app_database_ids('admin'))));
create policy backups_delete_policy on backups for delete to shipmate_app
  using ((select app_is_super_admin()));

alter table domains enable row level security;
create policy domains_system_policy on domains to shipmate_system using (true) with check (true);
create policy domains_select_policy on domains for select to shipmate_app
  using (project_id = any (array(select app_project_ids('viewer'))));
create policy domains_insert_policy on domains for insert to shipmate_app
  with check (project_id = any (array(select app_project_ids('member'))));
create policy domains_update_policy on domains for update to shipmate_app
  using (project_id = any (array(select app_project_ids('member'))))
  with check (project_id = any (array(select app_project_ids('member'))));
create policy domains_delete_policy on domains for delete to shipmate_app
  using (project_id = any (array(select app_project_ids('member'))));

alter table certificates enable row level security;
create policy certificates_system_policy on certificates to shipmate_system using (true) with check (true);
create policy certificates_select_policy on certificates for select to shipmate_app
  using (domain_id = any (array(select app_domain_ids('viewer'))));
create policy certificates_insert_policy on certificates for insert to shipmate_app
  with check (domain_id = any (array(select app_domain_ids('member'))));
create policy certificates_update_policy on certificates for update to shipmate_app
  using (domain_id = any (array(select app_domain_ids('member'))))
  with check (domain_id = any (array(select app_domain_ids('member'))));
create policy certificates_delete_policy on certificates for delete to shipmate_app
  using (domain_id = any (array(select app_domain_ids('member'))));

alter table volumes enable row level security;
create policy volumes_system_policy on volumes to shipmate_system using (true) with check (true);
create policy volumes_select_policy on volumes for select to shipmate_app
  using (application_id = any (array(select app_application_ids('viewer'))) or database_id = any (array(select app_database_ids('viewer'))) or (select app_is_super_admin()));
create policy volumes_insert_policy on volumes for insert to shipmate_app
  with check (application_id = any (array(select app_application_ids('member'))) or database_id = any (array(select app_database_ids('member'))) or (select app_is_super_admin()));
create policy volumes_update_policy on volumes for update to shipmate_app
  using (application_id = any (array(select app_application_ids('member'))) or database_id = any (array(select app_database_ids('member'))) or (select app_is_super_admin()))
  with check (application_id = any (array(select app_application_ids('member'))) or database_id = any (array(select app_database_ids('member'))) or (select app_is_super_admin()));
create policy volumes_delete_policy on volumes for delete to shipmate_app
  using (application_id = any (array(select app_application_ids('admin'))) or database_id = any (array(select app_database_ids('admin'))) or (select app_is_super_admin()));
