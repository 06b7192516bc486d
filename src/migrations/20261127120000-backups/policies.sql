alter table backup_stores enable row level security;
create policy backup_stores_system_policy on backup_stores to shipmate_system using (true) with check (true);
create policy backup_stores_select_policy on backup_stores for select to shipmate_app
  using (project_id = any (array(select app_project_ids('admin'))) or (select app_is_super_admin()));

alter table restores enable row level security;
create policy restores_system_policy on restores to shipmate_system using (true) with check (true);
create policy restores_select_policy on restores for select to shipmate_app
  using (database_id = any (array(select app_database_ids('viewer'))));
create policy restores_insert_policy on restores for insert to shipmate_app
  with check (requested_by = (select app_user_id()) and decided_by is null and database_id = any (array(select app_database_ids('member'))));
create policy restores_update_policy on restores for update to shipmate_app
  using ((database_id = any (array(select app_database_ids('admin'))) or (database_id = any (array(select app_database_ids('member'))) and (select app_user_role()) = 'admin')))
  with check (decided_by = (select app_user_id()));
create policy restores_delete_policy on restores for delete to shipmate_app
  using ((select app_is_super_admin()));
