import { violationOf } from '../database/constraint-violation.ts';
import { mcpModes } from '../entities/api-token.ts';
import { gitProviders } from '../entities/git-provider.ts';
import { imageRegistries } from '../entities/image-registry.ts';
import { applicationTypes } from '../entities/application.ts';
import { backupTypes } from '../entities/backup.ts';
import { platforms } from '../entities/chat-message.ts';
import { logLevels } from '../entities/deployment-log.ts';
import { databaseTypes } from '../entities/managed-database.ts';
import { mentionLevels, severities } from '../entities/notification-route.ts';
import { teamRoles } from '../entities/team-member.ts';
import { userRoles } from '../entities/user.ts';
import { volumeTypes } from '../entities/volume.ts';
import { ConflictError, UserError, UsageError } from '../errors.ts';
import { gitHosts } from '../git-hosts/registry.ts';

const hostTitles = gitProviders.map((id) => gitHosts[id].title).join(', ');
import { anyOf } from '../word-lists.ts';

/**
 * Sentences for the rare violations that get past the use cases, mostly when two people act at once.
 * Use cases check first and answer more precisely.
 */
export const constraintSentences: Record<string, string> = {
  check_username_format: 'A username has 3 to 50 lower-case letters, digits, `_` or `-`, e.g. `ada_l`.',
  check_email_format: 'That is not an e-mail address. Example: `ada@example.com`.',
  check_user_role: `A role is ${anyOf(userRoles)}.`,
  check_password_or_sso: 'A user needs a password or a linked chat account: `user password` sets a password.',
  check_password_hash_bcrypt: 'The password was not stored because it was not hashed. Try `user password` again.',
  users_username_unique: 'This username is taken. Choose another.',
  users_email_unique: 'This e-mail address belongs to another user. `user list` shows who.',
  check_team_name_length: 'A team name has 3 to 100 characters.',
  teams_name_unique: 'This team name is taken. Choose another.',
  check_team_member_role: `A team role is ${anyOf(teamRoles)}.`,
  team_members_user_id_team_id_unique: 'They are already a member of this team. `team role` changes their role.',
  team_members_user_id_foreign: 'This user was deleted in the meantime. `user list` shows who is left.',
  team_members_team_id_foreign: 'This team was deleted in the meantime. `team list` shows what is left.',
  team_has_owner: 'A team needs at least one owner. Make someone else an owner first: `team role <team> <user> owner`.',
  check_project_name_length: 'A project name has 3 to 100 characters.',
  projects_owner_id_name_unique: 'The owner already has a project with this name. Choose another name.',
  projects_owner_id_foreign: 'The owner was deleted in the meantime. `user list` shows who is left.',
  projects_team_id_foreign: 'This team was deleted in the meantime. `team list` shows what is left.',
  check_app_type: `The type of an application is ${anyOf(applicationTypes)}.`,
  check_app_status: 'An application cannot have this status.',
  check_app_source_type: `Applications come from ${hostTitles}, another git server or an image.`,
  check_replicas_non_negative: 'The number of tasks is 0 or more. Example: `scale shop/api 3`.',
  applications_project_id_name_unique: 'The project already has an application with this name. Choose another name.',
  applications_project_id_foreign: 'The project was deleted in the meantime. `project list` shows what is left.',
  git_sources_application_id_unique: 'The application already has a repository. `app show` shows it.',
  git_sources_application_id_foreign: 'The application was deleted in the meantime. `app list` shows what is left.',
  check_git_provider: `The git host is ${anyOf(gitProviders)}.`,
  check_deployment_status: 'A deployment cannot have this status.',
  deployments_application_id_foreign: 'The application was deleted in the meantime. `app list` shows what is left.',
  deployments_triggered_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  check_deployment_log_level: `The level of a log line is ${anyOf(logLevels)}.`,
  deployment_logs_deployment_id_foreign: 'The deployment was deleted in the meantime. `history` shows what is left.',
  check_env_var_key:
    'A variable name has capital letters, digits and `_`, and does not start with a digit, e.g. `LOG_LEVEL`.',
  check_env_var_for_build: 'A value for builds is a secret. Set it with `env set <app> KEY --build-secret`.',
  check_env_var_sealed:
    'The secret was not stored because it was not encrypted. Try `env set <app> KEY --secret` again.',
  env_vars_application_id_key_unique: 'Someone else just set the same variable. `env list` shows its value now.',
  env_vars_database_id_foreign: 'The database was deleted in the meantime. `db list` shows what is left.',
  env_vars_application_id_foreign: 'The application was deleted in the meantime. `app list` shows what is left.',
  backup_stores_database_id_unique: 'The database already has a backup store.',
  backup_stores_database_id_foreign: 'The database was deleted in the meantime. `db list` shows what is left.',
  backup_stores_project_id_foreign: 'The project was deleted in the meantime. `project list` shows what is left.',
  check_backup_store_password_sealed: 'The password was not stored because it was not encrypted.',
  check_restore_status: 'A restore cannot have this status.',
  check_restore_platform: `A channel is on ${anyOf(platforms)}.`,
  check_restore_called: 'The call for the approval of a restore cannot have said this.',
  check_restore_decided: 'A restore that was approved or denied needs the time of the decision.',
  check_restore_other_person: 'You requested this restore, so another person has to decide.',
  backups_reference_id_foreign: 'Another backup is stored as differences to this one. `db backups` shows which.',
  restores_backup_id_foreign: 'The backup was removed in the meantime. `db backups` shows what is left.',
  restores_database_id_foreign: 'The database was deleted in the meantime. `db list` shows what is left.',
  restores_requested_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  restores_decided_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  check_volume_type: `The type of a volume is ${anyOf(volumeTypes)}.`,
  check_size_positive: 'The size of a volume is at least 1 GB.',
  check_volume_owner: 'A volume belongs to an application or to a database, not to both.',
  check_volume_node: 'Only a `docker_volume` is tied to a node. `volume list` shows which.',
  volumes_name_unique: 'This volume name is taken: the whole swarm shares volume names. Choose another.',
  volumes_application_id_foreign:
    'The application still has volumes with data. List them with `volume list` and remove them first.',
  volumes_database_id_foreign:
    'The database still has volumes with data. List them with `volume list` and remove them first.',
  check_db_type: `The type of a database is ${anyOf(databaseTypes)}.`,
  check_db_status: 'A database cannot have this status.',
  check_db_connection_string_sealed: 'The connection string was not stored because it was not encrypted.',
  check_db_preview: 'A database of a preview has both its preview and what it begins with.',
  databases_variant_id_foreign: 'The preview was removed in the meantime. `preview list` shows what is left.',
  databases_stands_for_id_foreign: 'The database was deleted in the meantime. `db list` shows what is left.',
  databases_project_id_name_unique: 'The project already has a database with this name. Choose another name.',
  databases_project_id_foreign: 'The project was deleted in the meantime. `project list` shows what is left.',
  check_domain_format: 'That is not a domain. Example: `shop.example.com`, in lower case and without `https://`.',
  check_domain_limits: 'A domain takes a port from 1 to 65535, a size above 0, and a time-out of 1 s to 24 h.',
  check_domain_target_type: 'A domain points to an application or a database.',
  check_domain_allowed: 'A domain of a database names the networks that may connect, and one of an application none.',
  check_domain_of_project: 'Only Shipmate’s own address belongs to no project.',
  check_domain_of_database: 'A domain of a database has a port and TLS, and redirects nowhere.',
  domains_database_port_index: 'Another database is reached at this port already. Choose another: `--port`.',
  domains_domain_unique: 'This domain is already in use, perhaps in a project you cannot see.',
  domains_redirect_to_id_foreign:
    'The domain to redirect to was removed in the meantime. `domain list` shows what is left.',
  domains_project_id_foreign: 'The project was deleted in the meantime. `project list` shows what is left.',
  check_expiry_future: 'The certificate expires before it was issued.',
  certificate_not_expired: 'The certificate has expired. Issue a new one.',
  check_certificate_private_key_sealed: 'The private key was not stored because it was not encrypted.',
  certificates_domain_id_foreign: 'The domain was removed in the meantime. `domain list` shows what is left.',
  check_certificate_source: 'A certificate is issued by an authority or uploaded.',
  host_apps_server_number_unique: 'Shipmate has this app already.',
  host_apps_created_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  check_host_app_private_key_sealed: 'The private key was not stored because it was not encrypted.',
  check_host_app_webhook_secret_sealed: 'The webhook secret was not stored because it was not encrypted.',
  check_host_app_client_secret_sealed: 'The client secret was not stored because it was not encrypted.',
  check_host_app_installation_selection: 'An installation reaches all repositories or selected ones.',
  host_app_installations_host_app_id_number_unique: 'This installation is known already.',
  host_app_installations_host_app_id_foreign: 'The app was deleted in the meantime.',
  git_sources_host_app_id_foreign:
    'Applications still reach their repositories through this app. Connect them otherwise first.',
  acme_accounts_directory_url_unique: 'An account with this authority already exists.',
  check_acme_account_private_key_sealed: 'The account key was not stored because it was not encrypted.',
  acme_challenges_token_unique: 'This challenge already has an answer.',
  acme_challenges_domain_id_foreign: 'The domain was removed in the meantime. `domain list` shows what is left.',
  check_certificate_order_status: 'A certificate order cannot have this status.',
  check_certificate_order_private_key_sealed: 'The private key was not stored because it was not encrypted.',
  certificate_orders_domain_id_foreign: 'The domain was removed in the meantime. `domain list` shows what is left.',
  certificate_renewals_domain_id_unique: 'The domain’s certificate is already being renewed automatically.',
  certificate_renewals_domain_id_foreign: 'The domain was removed in the meantime. `domain list` shows what is left.',
  check_certificate_renewal_attempts: 'A number of attempts cannot be negative.',
  check_backup_type: `The type of a backup is ${anyOf(backupTypes)}.`,
  check_backup_status: 'A backup cannot have this status.',
  backups_database_id_foreign: 'The database was deleted in the meantime. `db list` shows what is left.',
  check_audit_resource_type: 'The audit log does not know this type of resource.',
  audit_logs_user_id_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  check_webhook_delivery_provider: `The sender is ${anyOf([...gitProviders, ...imageRegistries])}.`,
  webhook_deliveries_provider_delivery_id_git_source_id_unique: 'This delivery is already stored.',
  webhook_deliveries_git_source_id_body_hash_unique: 'A delivery with this body is already stored.',
  webhook_deliveries_git_source_id_foreign: 'The repository was disconnected in the meantime.',
  check_chat_message_platform: 'Shipmate does not support this platform.',
  chat_messages_platform_channel_deployment_id_unique: 'This channel already shows the deployment.',
  chat_messages_deployment_id_foreign: 'The deployment was deleted in the meantime. `history` shows what is left.',
  check_chat_identity_platform: 'Shipmate does not support this platform.',
  chat_identities_platform_workspace_account_unique: 'This account is already linked. `whoami` shows to whom.',
  chat_identities_user_id_foreign: 'The user of this code was deleted in the meantime. Ask for a new code.',
  check_link_code_role: `A role is ${anyOf(userRoles)}.`,
  link_codes_code_hash_unique: 'The code could not be created. Try again.',
  link_codes_created_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  link_codes_user_id_foreign: 'The user of this code was deleted in the meantime. Ask for a new code.',
  assistant_requests_user_id_foreign:
    'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  assistant_requests_token_id_foreign:
    'This token was deleted in the meantime. `token create <name> --mcp ask` makes another.',
  assistant_requests_project_id_foreign: 'This project was deleted in the meantime. `project list` shows what is left.',
  assistant_requests_decided_by_foreign:
    'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  check_assistant_request_status: 'A request of an assistant cannot have this status.',
  check_assistant_request_input_sealed: 'The request was not stored because it was not encrypted. Try again.',
  check_assistant_request_answer_sealed: 'The answer was not stored because it was not encrypted. Try again.',
  check_assistant_request_ended: 'A request of an assistant that has ended needs its end time.',
  api_tokens_user_id_name_unique:
    'You already have a token with this name. Choose another, or `token revoke` it first.',
  check_api_token_mcp: `A token of an assistant may ${anyOf(mcpModes)}.`,
  api_tokens_token_hash_unique: 'The token could not be created. Try again.',
  api_tokens_user_id_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  deploy_locks_application_id_unique: 'Someone else just locked it. `status` shows who.',
  deploy_locks_application_id_foreign: 'The application was deleted in the meantime. `app list` shows what is left.',
  deploy_locks_locked_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  check_freeze_duration: 'A freeze lasts from a minute to 31 days. Examples: `90m`, `64h`, `2d`.',
  freeze_windows_project_id_foreign: 'The project was deleted in the meantime. `project list` shows what is left.',
  freeze_windows_created_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  check_approval_decision: 'A deployment is approved or denied, or its request expires.',
  check_approval_decided: 'A decision needs its time.',
  check_approval_other_person: 'You requested this deployment, so another person has to decide.',
  approval_decided_once: 'Someone else just decided. `history` shows the outcome.',
  approvals_deployment_id_unique: 'The deployment is already waiting for approval.',
  approvals_deployment_id_foreign: 'The deployment was deleted in the meantime. `history` shows what is left.',
  approvals_requested_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  approvals_decided_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  notification_routes_platform_channel_pattern_unique:
    'That channel already has a notification route for this pattern. `notify list` shows its id, so you can remove it.',
  check_notification_route_platform: `A channel is on ${anyOf(platforms.filter((platform) => platform !== 'http'))}.`,
  check_notification_route_severity: `A severity is ${anyOf(severities)}.`,
  notification_routes_project_id_foreign: 'The project was deleted in the meantime. `project list` shows what is left.',
  notification_routes_created_by_foreign:
    'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  check_notification_event: 'Shipmate has no such event. `help notify add` lists the events.',
  check_notification_severity: `A severity is ${anyOf(severities)}.`,
  notifications_route_id_foreign:
    'The notification route was removed in the meantime. `notify list` shows what is left.',
  notifications_deployment_id_foreign: 'The deployment was deleted in the meantime. `history` shows what is left.',
  check_notification_route_digest: 'A digest is sent `daily@HH:MM` or `weekly@DAY@HH:MM`, e.g. `weekly@fri@16:00`.',
  check_notification_route_mentions: `Mentions are ${anyOf(mentionLevels)}.`,
  applications_preview_of_id_foreign: 'The application was deleted in the meantime. `app list` shows what is left.',
  check_preview_number: 'A request has a positive number.',
  check_preview_state: 'A preview cannot have this state.',
  previews_application_id_foreign: 'The application was deleted in the meantime. `app list` shows what is left.',
  previews_application_id_number_unique: 'Another Shipmate instance took in the same request. `preview list` shows it.',
  previews_variant_id_foreign: 'The preview was removed in the meantime. `preview list` shows what is left.',
  previews_variant_id_unique: 'An application is the preview of one request only.',
  previews_approved_by_foreign: 'That user was deleted in the meantime. `user list` shows who is left.',
  check_preview_variable_key:
    'A variable has capital letters, digits and `_`, and starts with a letter or `_`, e.g. `LOG_LEVEL`.',
  check_preview_variable_for_build:
    'A value for builds is a secret. Set it with `env set <app> KEY --preview --build-secret`.',
  check_preview_variable_sealed: 'The secret was not stored because it was not encrypted. Set it again.',
  preview_variables_application_id_key_unique:
    'Someone else just set the same variable. `env list <app> --preview` shows its value now.',
  preview_variables_application_id_foreign:
    'The application was deleted in the meantime. `app list` shows what is left.',
  check_shared_variable_key:
    'A variable has capital letters, digits and `_`, and starts with a letter or `_`, e.g. `DB_HOST`.',
  check_shared_variable_environment:
    'An environment has lower-case letters, digits and hyphens, and begins and ends with a letter or digit.',
  check_shared_variable_sealed: 'The secret was not stored because it was not encrypted. Set it again.',
  shared_variables_project_id_environment_key_unique:
    'Someone else just set the same variable. `shared list <project>` shows its value now.',
  shared_variables_project_id_foreign: 'The project was deleted in the meantime. `project list` shows what is left.',
  variable_changes_project_id_foreign: 'The project was deleted in the meantime. `project list` shows what is left.',
  variable_changes_application_id_foreign:
    'The application was deleted in the meantime. `app list` shows what is left.',
  variable_changes_changed_by_foreign:
    'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  changed_variables_change_id_foreign: 'The change was deleted in the meantime. `env history` shows what is left.',
  changed_variables_change_id_key_unique: 'A change has each variable once.',
  check_changed_variable_before: 'A variable cannot have been of this kind.',
  check_changed_variable_after: 'A variable cannot become of this kind.',
  check_changed_variable_kept: 'A change keeps the value that it replaces.',
  check_changed_variable_sealed: 'The secret was not stored because it was not encrypted. Set it again.',
  check_changed_variable_shown: 'A change shows the value of a plain variable only.',
  check_cron_command_overlap: 'When runs overlap, the next one is `skip` or `queue`.',
  check_cron_command_limit: 'A run may take from 1 s to a day, e.g. `--timeout 1h`.',
  check_cron_command_retries: 'A failed run is tried again 0 to 10 times.',
  check_cron_run_status: 'A run cannot have this status.',
  check_cron_run_ended: 'A run that has ended needs its end time.',
  cron_commands_application_id_foreign: 'The application was deleted in the meantime. `app list` shows what is left.',
  cron_commands_created_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  cron_runs_cron_command_id_foreign:
    'The scheduled command was removed in the meantime. `cron list` shows what is left.',
  cron_runs_requested_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  cron_runs_cron_command_id_due_at_unique: 'Another Shipmate instance planned the same run. `cron show` shows it.',
  branch_heads_application_id_unique: 'Another Shipmate instance checked this branch at the same moment.',
  branch_heads_application_id_foreign: 'The application was deleted in the meantime. `app list` shows what is left.',
  check_branch_head_state: 'A branch cannot have this state.',
  check_disk_level: 'A disk cannot have this level.',
  disks_host_name_unique: 'Another Shipmate instance measured this disk at the same moment.',
  check_task_metrics_seconds: 'Usage is stored by the minute, ten minutes and hour.',
  check_incident_kind: 'An incident cannot be of this kind.',
  check_incident_subject: 'An incident belongs to an application or to a disk.',
  incidents_open_subject_index: 'Another Shipmate instance noticed this at the same moment.',
  check_incident_times: 'An incident ends after it began.',
  incidents_application_id_foreign: 'The application was deleted in the meantime. `app list` shows what is left.',
  incidents_open_index: 'Another Shipmate instance noticed this at the same moment.',
  check_swarm_node_state: 'A node cannot have this state.',
  check_swarm_node_lost: 'A lost node needs the time at which it was lost.',
  check_scheduled_deployment_platform: `A channel is on ${anyOf(platforms)}.`,
  check_scheduled_deployment_outcome: 'A scheduled deployment cannot end like this.',
  check_scheduled_deployment_ended: 'A scheduled deployment that has ended needs its end time.',
  scheduled_deployments_application_id_foreign:
    'The application was deleted in the meantime. `app list` shows what is left.',
  scheduled_deployments_requested_by_foreign:
    'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  channel_defaults_platform_channel_unique: 'This channel already has a default, of a project that you do not see.',
  check_channel_default_platform: `A channel is on ${anyOf(platforms)}.`,
  channel_defaults_project_id_foreign: 'The project was deleted in the meantime. `project list` shows what is left.',
  channel_defaults_application_id_foreign:
    'The application was deleted in the meantime. `app list` shows what is left.',
  channel_defaults_set_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
  check_job_run_status: 'A job run cannot have this status.',
  check_job_run_finished: 'A finished run needs its end time.',
  job_runs_requested_by_foreign: 'Your user was deleted in the meantime. Ask an admin for a code: `link --invite`.',
};

/** The user-facing error for a violated constraint; undefined when `error` is something else. */
export function refusalOf(error: unknown): UserError | undefined {
  const violation = violationOf(error);
  if (!violation) return undefined;
  if (violation.kind === 'too_long') return new UsageError('Something you typed is too long to store. Shorten it.');
  if (violation.kind === 'not_storable')
    return new UsageError('Something you typed cannot be stored: a NUL character, or a number that is too large.');
  const sentence = constraintSentences[violation.constraint];
  return sentence === undefined ? undefined : new ConflictError(sentence, { cause: error });
}
