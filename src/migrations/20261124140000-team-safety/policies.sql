alter table deploy_locks enable row level security;
create policy deploy_locks_system_policy on deploy_locks to shipmate_system using (true) with check (true);
create policy deploy_locks_select_policy on deploy_locks for select to shipmate_app
  using (application_id = any (array(select app_application_ids('viewer'))));
create policy deploy_locks_insert_policy on deploy_locks for insert to shipmate_app
  with check (locked_by = (select app_user_id()) and application_id = any (array(select app_application_ids('member'))));
create policy deploy_locks_delete_policy on deploy_locks for delete to shipmate_app
  using ((locked_by = (select app_user_id()) and application_id = any (array(select app_application_ids('member')))) or (application_id = any (array(select app_application_ids('admin'))) or (application_id = any (array(select app_application_ids('member'))) and (select app_user_role()) = 'admin')));

alter table freeze_windows enable row level security;
create policy freeze_windows_system_policy on freeze_windows to shipmate_system using (true) with check (true);
create policy freeze_windows_select_policy on freeze_windows for select to shipmate_app
  using (project_id = any (array(select app_project_ids('viewer'))));
create policy freeze_windows_insert_policy on freeze_windows for insert to shipmate_app
  with check ((project_id = any (array(select app_project_ids('admin'))) or (project_id = any (array(select app_project_ids('member'))) and (select app_user_role()) = 'admin')));
create policy freeze_windows_delete_policy on freeze_windows for delete to shipmate_app
  using ((project_id = any (array(select app_project_ids('admin'))) or (project_id = any (array(select app_project_ids('member'))) and (select app_user_role()) = 'admin')));

alter table approvals enable row level security;
create policy approvals_system_policy on approvals to shipmate_system using (true) with check (true);
create policy approvals_select_policy on approvals for select to shipmate_app
  using (exists (select from deployments d where d.id = deployment_id and d.application_id = any (array(select app_application_ids('viewer')))));
create policy approvals_insert_policy on approvals for insert to shipmate_app
  with check (requested_by = (select app_user_id()) and decision is null and exists (select from deployments d where d.id = deployment_id and d.application_id = any (array(select app_application_ids('member')))));
create policy approvals_update_policy on approvals for update to shipmate_app
  using ((exists (select from deployments d where d.id = deployment_id and d.application_id = any (array(select app_application_ids('admin')))) or (exists (select from deployments d where d.id = deployment_id and d.application_id = any (array(select app_application_ids('member')))) and (select app_user_role()) = 'admin')))
  with check (decided_by = (select app_user_id()));
create policy approvals_delete_policy on approvals for delete to shipmate_app
  using ((select app_is_super_admin()));
