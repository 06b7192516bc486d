export const metricColumns =
  'application_id, seconds, at, service, slot, node_id, samples, cpu_seconds, measured_seconds, memory_bytes, ' +
  'memory_peak_bytes, received_bytes, sent_bytes, restarts';
export const metricValues = `'', 1, 'n1', 1, 0, 0, 0, 0, 0, 0, 0`;

/** Values of a row that the actor (`:me`) would add; `:name` is a row of the world. */
export const inserts: Record<string, [columns: string, values: string]> = {
  users: ['id, username, email, preferences', `:new, 'new-user', 'new@example.test', '{"sso":"test"}'`],
  teams: ['id, name', `:new, 'new team'`],
  team_members: ['id, team_id, user_id', ':new, :teams, :stranger'],
  projects: ['id, owner_id, name, team_id', `:new, :me, 'new project', :teams`],
  applications: ['id, project_id, name, type, source_type', `:new, :projects, 'new', 'docker', 'docker'`],
  git_sources: ['id, application_id, provider, repository, branch', `:new, :bare_application, 'github', 'a/b', 'main'`],
  databases: ['id, project_id, name, type, version', `:new, :projects, 'new', 'redis', '7'`],
  backups: ['id, database_id, type', `:new, :databases, 'full'`],
  backup_stores: ['id, project_id, name, location, password', `:new, :projects, 'x', '/x', 'v1.'`],
  restores: ['id, backup_id, database_id, requested_by', ':new, :backups, :databases, :me'],
  volumes: ['id, application_id, name, mount_path, size_gb', `:new, :applications, 'new', '/new', 1`],
  domains: [
    'id, project_id, domain, target_type, target_id, port, allowed',
    `:new, :projects, 'b.example', 'database', :databases, 5432, '["192.0.2.0/24"]'`,
  ],
  certificates: [
    'id, domain_id, issuer, certificate, private_key, expires_at',
    `:new, :domains, 'CA', 'PEM', 'v1.', now() + interval '1 day'`,
  ],
  host_apps: [
    'id, server, number, slug, name, owner, of_organization, client_id, client_secret, private_key, webhook_secret',
    `:new, 'https://host.example', '2', 'b', 'B', 'acme', true, 'c', 'v1.', 'v1.', 'v1.'`,
  ],
  host_app_installations: [
    'id, host_app_id, number, account, account_type, selection',
    `:new, :host_apps, '2', 'acme', 'Organization', 'all'`,
  ],
  acme_accounts: ['id, directory_url, private_key', `:new, 'https://other.example', 'v1.'`],
  acme_challenges: [
    'id, domain_id, host, token, key_authorization, expires_at',
    `:new, :domains, 'a.example', 'u', 'u.k', now()`,
  ],
  certificate_orders: ['id, domain_id, host, directory_url', `:new, :domains, 'a.example', 'https://ca.example'`],
  certificate_renewals: ['id, domain_id', ':new, :bare_domain'],
  deployments: ['id, application_id', ':new, :applications'],
  deployment_logs: ['deployment_id, level, message', `:deployments, 'info', 'hi'`],
  env_vars: ['id, application_id, key, value', `:new, :applications, 'B', ''`],
  chat_messages: ['id, deployment_id, platform, channel', `:new, :deployments, 'slack', 'C2'`],
  audit_logs: ['user_id, action, resource_type, resource_id', `:me, 'x', 'application', :applications`],
  assistant_requests: [
    'id, user_id, project_id, client, command, line, input, expires_at',
    `:new, :me, :projects, 'c', 'stop', 'stop shop/api', 'v1.', now()`,
  ],
  api_tokens: ['id, user_id, name, token_hash', `:new, :owner, 'x', 'h2'`],
  link_codes: ['id, user_id, code_hash, expires_at', `:new, :owner, 'h2', now()`],
  chat_identities: ['id, user_id, platform, workspace, account', `:new, :owner, 'slack', 'T', 'U2'`],
  deploy_locks: ['id, application_id, locked_by, holder, reason', `:new, :bare_application, :me, 'me', 'r'`],
  channel_defaults: ['id, platform, channel, project_id', `:new, 'slack', 'C2', :projects`],
  scheduled_deployments: [
    'id, application_id, requested_by, due_at, zone, platform, workspace, channel, account, account_name',
    `:new, :applications, :me, now(), 'UTC', 'slack', 'T', 'C1', 'U', 'me'`,
  ],
  notification_routes: [
    'id, project_id, created_by, platform, channel, pattern, events',
    `:new, :projects, :me, 'slack', 'C2', 'shop/*', '["failed"]'`,
  ],
  notifications: ['route_id, event, severity, subject', `:notification_routes, 'failed', 'danger', 's'`],
  incidents: ['id, application_id, replicas, running', ':new, :bare_application, 2, 1'],
  previews: [
    'id, application_id, number, branch, ref, commit_sha, from_fork',
    `:new, :applications, 2, 'b', 'refs/pull/2/head', 'c0ffee', false`,
  ],
  preview_variables: ['id, application_id, key, value', `:new, :applications, 'B', ''`],
  cron_commands: [
    'id, application_id, schedule, command, checked_at',
    `:new, :applications, '0 4 * * *', 'true', now()`,
  ],
  cron_runs: ['id, cron_command_id, requested_by', ':new, :cron_commands, :me'],
  shared_variables: ['id, project_id, key, value', `:new, :projects, 'B', ''`],
  variable_changes: ['project_id, changed_by', ':projects, :me'],
  changed_variables: ['id, change_id, key, before_kind, after_kind', `:new, :variable_changes, 'B', 'unset', 'secret'`],
  branch_heads: ['id, application_id, commit_sha', `:new, :bare_application, 'c0ffee'`],
  task_metrics: [metricColumns, `:bare_application, 60, now(), ${metricValues}`],
  swarm_nodes: ['id, hostname, role, address, availability', `'n2', 'h', 'worker', '10.0.0.2', 'active'`],
  disks: ['id, host, name, path, size_bytes, free_bytes, used_percent', `:new, 'h', 'docker', '/docker', 100, 50, 50`],
  freeze_windows: ['id, project_id, starts, duration_minutes', `:new, :projects, '0 0 * * *', 60`],
  approvals: ['id, deployment_id, requested_by, expires_at', `:new, :bare_deployment, :me, now()`],
  job_runs: ['job, key', `'tidy', 'tidy@2'`],
  attempt_counts: ['key, points, expire', `'password:2', 1, 0`],
  installation: ['name, value', `'c', 'd'`],
  webhook_deliveries: ['id, provider, delivery_id, event, repository', `:new, 'github', '2', 'push', 'a/b'`],
};
