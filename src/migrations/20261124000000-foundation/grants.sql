-- Only on the tables themselves: a partition has no policies of its own.
grant usage on schema public to shipmate_app, shipmate_system;

grant select, insert, update, delete on
  users, teams, team_members, projects, applications, git_sources, deployments, deployment_logs, env_vars,
  webhook_deliveries, chat_messages, chat_identities, api_tokens, link_codes
  to shipmate_system;
grant select, insert, update, delete on
  teams, team_members, projects, applications, git_sources, deployments, deployment_logs, env_vars,
  webhook_deliveries, chat_messages, chat_identities, api_tokens, link_codes
  to shipmate_app;

-- All but the password's hash can be read.
grant insert, update, delete on users to shipmate_app;
grant select (id, username, email, role, preferences, created_at, updated_at) on users to shipmate_app;

grant select, insert on audit_logs to shipmate_app, shipmate_system;
grant usage on sequence deployment_logs_id_seq, audit_logs_id_seq to shipmate_app, shipmate_system;
grant execute on function ensure_audit_partitions(integer) to shipmate_system;
