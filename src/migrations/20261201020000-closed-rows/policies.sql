-- A code says what its user becomes.
drop policy link_codes_select_policy on link_codes;
drop policy link_codes_insert_policy on link_codes;
drop policy link_codes_update_policy on link_codes;
drop policy link_codes_delete_policy on link_codes;
revoke all on link_codes from shipmate_app;

-- Shipmate ties accounts to users, once it has looked at a code or a password.
drop policy chat_identities_insert_policy on chat_identities;
drop policy chat_identities_update_policy on chat_identities;
drop policy chat_identities_delete_policy on chat_identities;
revoke insert, update, delete on chat_identities from shipmate_app;

-- Nobody makes a token that acts as somebody else.
drop policy api_tokens_insert_policy on api_tokens;
drop policy api_tokens_update_policy on api_tokens;
create policy api_tokens_insert_policy on api_tokens for insert to shipmate_app
  with check (user_id = (select app_user_id()));
create policy api_tokens_update_policy on api_tokens for update to shipmate_app
  using (user_id = (select app_user_id()))
  with check (user_id = (select app_user_id()));

-- A domain leads into its own project.
drop policy domains_insert_policy on domains;
drop policy domains_update_policy on domains;
create policy domains_insert_policy on domains for insert to shipmate_app
  with check (project_id = any (array(select app_project_ids('member'))) and ((target_type = 'application' and exists (select from applications a where a.id = target_id and a.project_id = domains.project_id)) or (target_type = 'database' and exists (select from databases d where d.id = target_id and d.project_id = domains.project_id))) and (redirect_to_id is null or redirect_to_id = any (array(select app_domain_ids('member')))));
create policy domains_update_policy on domains for update to shipmate_app
  using (project_id = any (array(select app_project_ids('member'))))
  with check (project_id = any (array(select app_project_ids('member'))) and ((target_type = 'application' and exists (select from applications a where a.id = target_id and a.project_id = domains.project_id)) or (target_type = 'database' and exists (select from databases d where d.id = target_id and d.project_id = domains.project_id))) and (redirect_to_id is null or redirect_to_id = any (array(select app_domain_ids('member')))));

-- The audit log of what is others' is theirs.
drop policy audit_logs_insert_policy on audit_logs;
create policy audit_logs_insert_policy on audit_logs for insert to shipmate_app
  with check (user_id = (select app_user_id()) and (resource_id is null or (resource_type = 'user' and resource_id = (select app_user_id())) or (resource_type = 'project' and resource_id = any (array(select app_project_ids('viewer')))) or (resource_type = 'application' and resource_id = any (array(select app_application_ids('viewer')))) or (resource_type = 'deployment' and exists (select from deployments d where d.id = resource_id and d.application_id = any (array(select app_application_ids('viewer'))))) or (resource_type = 'database' and resource_id = any (array(select app_database_ids('viewer')))) or (resource_type = 'domain' and resource_id = any (array(select app_domain_ids('viewer')))) or (resource_type = 'team' and resource_id = any (array(select app_team_ids('viewer')))) or (select app_is_super_admin())));

-- Only a backup that the person sees goes into their database, and a decision moves it to no other.
drop policy restores_insert_policy on restores;
drop policy restores_update_policy on restores;
create policy restores_insert_policy on restores for insert to shipmate_app
  with check (requested_by = (select app_user_id()) and decided_by is null and database_id = any (array(select app_database_ids('member'))) and exists (select from backups b where b.id = backup_id));
create policy restores_update_policy on restores for update to shipmate_app
  using ((database_id = any (array(select app_database_ids('admin'))) or (database_id = any (array(select app_database_ids('member'))) and (select app_user_role()) = 'admin')))
  with check (decided_by = (select app_user_id()) and (database_id = any (array(select app_database_ids('admin'))) or (database_id = any (array(select app_database_ids('member'))) and (select app_user_role()) = 'admin')) and exists (select from backups b where b.id = backup_id));
