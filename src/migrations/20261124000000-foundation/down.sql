-- The roles stay: they belong to the server, and other databases on it may use them.
drop table
  link_codes, api_tokens, chat_identities, chat_messages, webhook_deliveries, audit_logs, env_vars,
  deployment_logs, deployments, git_sources, applications, projects, team_members, teams, users;

drop function
  ensure_audit_partitions(integer), refuse_audit_change(), check_team_has_owner(), soft_delete_application(uuid),
  app_project_stays(uuid, uuid, uuid), app_application_ids(text), app_project_ids(text), app_team_has_members(uuid),
  app_team_ids(text), app_team_roles(text), app_is_super_admin(), app_user_role(), app_user_id();

revoke usage on schema public from shipmate_app, shipmate_system;
