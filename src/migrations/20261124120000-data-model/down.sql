drop policy audit_logs_select_policy on audit_logs;
create policy audit_logs_select_policy on audit_logs for select to shipmate_app
  using (user_id = (select app_user_id()) or (resource_type = 'project' and resource_id = any (array(select app_project_ids('viewer')))) or (resource_type = 'application' and resource_id = any (array(select app_application_ids('viewer')))) or (resource_type = 'deployment' and exists (select from deployments d where d.id = resource_id and d.application_id = any (array(select app_application_ids('viewer'))))) or (resource_type = 'team' and resource_id = any (array(select app_team_ids('viewer')))) or (select app_is_super_admin()));
drop policy projects_select_policy on projects;
create policy projects_select_policy on projects for select to shipmate_app
  using (owner_id = (select app_user_id()) or team_id in (select app_team_ids('viewer')) or (select app_is_super_admin()));

drop function app_application_stats(), refresh_application_stats();
drop materialized view application_stats;
drop table backups, certificates, domains, volumes, databases;
drop function refuse_expired_certificate(), app_domain_ids(text), app_database_ids(text), app_owner_ids();

alter table env_vars drop constraint check_env_var_sealed;
alter table users drop constraint check_password_hash_bcrypt, drop constraint check_password_or_sso;
