alter table notification_routes enable row level security;
create policy notification_routes_system_policy on notification_routes to shipmate_system using (true) with check (true);
create policy notification_routes_select_policy on notification_routes for select to shipmate_app
  using (project_id = any (array(select app_project_ids('viewer'))) or (select app_is_super_admin()));
create policy notification_routes_insert_policy on notification_routes for insert to shipmate_app
  with check (created_by = (select app_user_id()) and ((project_id = any (array(select app_project_ids('admin'))) or (project_id = any (array(select app_project_ids('member'))) and (select app_user_role()) = 'admin')) or (select app_is_super_admin())));
create policy notification_routes_delete_policy on notification_routes for delete to shipmate_app
  using ((project_id = any (array(select app_project_ids('admin'))) or (project_id = any (array(select app_project_ids('member'))) and (select app_user_role()) = 'admin')) or (select app_is_super_admin()));

alter table notifications enable row level security;
create policy notifications_system_policy on notifications to shipmate_system using (true) with check (true);
create policy notifications_select_policy on notifications for select to shipmate_app
  using ((select app_is_super_admin()));
