drop policy restores_insert_policy on restores;
drop policy restores_update_policy on restores;
create policy restores_insert_policy on restores for insert to shipmate_app
  with check (requested_by = (select app_user_id()) and decided_by is null and database_id = any (array(select app_database_ids('member'))));
create policy restores_update_policy on restores for update to shipmate_app
  using ((database_id = any (array(select app_database_ids('admin'))) or (database_id = any (array(select app_database_ids('member'))) and (select app_user_role()) = 'admin')))
  with check (decided_by = (select app_user_id()));

drop policy audit_logs_insert_policy on audit_logs;
create policy audit_logs_insert_policy on audit_logs for insert to shipmate_app
  with check (user_id = (select app_user_id()));

drop policy domains_insert_policy on domains;
drop policy domains_update_policy on domains;
create policy domains_insert_policy on domains for insert to shipmate_app
  with check (project_id = any (array(select app_project_ids('member'))));
create policy domains_update_policy on domains for update to shipmate_app
  using (project_id = any (array(select app_project_ids('member'))))
  with check (project_id = any (array(select app_project_ids('member'))));

drop policy api_tokens_insert_policy on api_tokens;
drop policy api_tokens_update_policy on api_tokens;
create policy api_tokens_insert_policy on api_tokens for insert to shipmate_app
  with check (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy api_tokens_update_policy on api_tokens for update to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()))
  with check (user_id = (select app_user_id()) or (select app_is_super_admin()));

grant insert, update, delete on chat_identities to shipmate_app;
create policy chat_identities_insert_policy on chat_identities for insert to shipmate_app
  with check (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy chat_identities_update_policy on chat_identities for update to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()))
  with check (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy chat_identities_delete_policy on chat_identities for delete to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()));

grant select, insert, update, delete on link_codes to shipmate_app;
create policy link_codes_select_policy on link_codes for select to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy link_codes_insert_policy on link_codes for insert to shipmate_app
  with check (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy link_codes_update_policy on link_codes for update to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()))
  with check (user_id = (select app_user_id()) or (select app_is_super_admin()));
create policy link_codes_delete_policy on link_codes for delete to shipmate_app
  using (user_id = (select app_user_id()) or (select app_is_super_admin()));
