import { violationOf } from '../database/constraint-violation.ts';
import { gitProviders } from '../entities/git-provider.ts';
import { applicationTypes } from '../entities/application.ts';
import { backupTypes } from '../entities/backup.ts';
import { platforms } from '../entities/chat-message.ts';
import { logLevels } from '../entities/deployment-log.ts';
import { databaseTypes } from '../entities/managed-database.ts';
import { severities } from '../entities/notification-route.ts';
import { teamRoles } from '../entities/team-member.ts';
import { userRoles } from '../entities/user.ts';
import { volumeTypes } from '../entities/volume.ts';
import { ConflictError, UserError, UsageError } from '../errors.ts';
import { gitHosts } from '../git-hosts/registry.ts';

const hostTitles = gitProviders.map((id) => gitHosts[id].title).join(', ');
import { anyOf } from '../word-lists.ts';

/**
 * What a person reads when PostgreSQL refuses what got past the use cases, of two who act at once for the most part.
 * Use cases answer first, and more exactly.
 */
export const constraintSentences: Record<string, string> = {
  check_username_format: 'A username has 3 to 50 lower-case letters, digits, `_` or `-`, e.g. `ada_l`.',
  check_email_format: 'That is not an e-mail address. Example: `ada@example.com`.',
  check_user_role: `A role is ${anyOf(userRoles)}.`,
  check_password_or_sso: 'A user needs a password or a linked chat account: `user password` sets a password.',
  check_password_hash_bcrypt: 'The password was not stored: it has to be hashed first. Try `user password` again.',
  users_username_unique: 'This username is taken. Choose another.',
  users_email_unique: 'This e-mail address belongs to another user. `user list` shows who.',
  check_team_name_length: 'The name of a team has 3 to 100 characters.',
  teams_name_unique: 'The name of this team is taken. Choose another.',
  check_team_member_role: `A role in a team is ${anyOf(teamRoles)}.`,
  team_members_user_id_team_id_unique: 'They are a member of this team already. `team role` changes their role.',
  team_members_user_id_foreign: 'This user was deleted meanwhile. `user list` shows who there is.',
  team_members_team_id_foreign: 'This team was deleted meanwhile. `team list` shows which there are.',
  team_has_owner: 'A team keeps at least one owner. Make somebody else owner first: `team role <team> <user> owner`.',
  check_project_name_length: 'The name of a project has 3 to 100 characters.',
  projects_owner_id_name_unique: 'Its owner has a project of this name already. Choose another name.',
  projects_owner_id_foreign: 'The owner was deleted meanwhile. `user list` shows who there is.',
  projects_team_id_foreign: 'This team was deleted meanwhile. `team list` shows which there are.',
  check_app_type: `The type of an application is ${anyOf(applicationTypes)}.`,
  check_app_status: 'An application cannot have this status.',
  check_app_source_type: `Applications come from ${hostTitles}, another git server or an image.`,
  check_replicas_non_negative: 'The number of tasks is 0 or more. Example: `scale shop/api 3`.',
  applications_project_id_name_unique: 'The project has an application of this name already. Choose another name.',
  applications_project_id_foreign: 'The project was deleted meanwhile. `project list` shows which there are.',
  git_sources_application_id_unique: 'The application has a repository already: `app show` shows it.',
  git_sources_application_id_foreign: 'The application was deleted meanwhile. `app list` shows which there are.',
  check_git_provider: `The git host is ${anyOf(gitProviders)}.`,
  check_deployment_status: 'A deployment cannot have this status.',
  deployments_application_id_foreign: 'The application was deleted meanwhile. `app list` shows which there are.',
  deployments_triggered_by_foreign: 'Your user was deleted meanwhile. Ask an admin for a code: `link --invite`.',
  check_deployment_log_level: `The level of a log line is ${anyOf(logLevels)}.`,
  deployment_logs_deployment_id_foreign: 'The deployment was deleted meanwhile. `history` shows which there are.',
  check_env_var_key: 'A variable is named by capital letters, digits and `_`, not a digit first, e.g. `LOG_LEVEL`.',
  check_env_var_sealed:
    'The secret was not stored: it has to be encrypted first. Try `env set <app> KEY --secret` again.',
  env_vars_application_id_key_unique: 'Somebody set the same variable at this moment. `env list` shows what it is now.',
  env_vars_database_id_foreign: 'The database was deleted meanwhile. `db list` shows which there are.',
  env_vars_application_id_foreign: 'The application was deleted meanwhile. `app list` shows which there are.',
  backup_stores_database_id_unique: 'The database has a store for its backups already.',
  backup_stores_database_id_foreign: 'The database was deleted meanwhile. `db list` shows which there are.',
  backup_stores_project_id_foreign: 'The project was deleted meanwhile. `project list` shows which there are.',
  check_backup_store_password_sealed: 'The password was not stored: it has to be encrypted first.',
  check_restore_status: 'A restore cannot have this status.',
  check_restore_decided: 'A restore that was decided has a time at which it was.',
  check_restore_other_person: 'You asked for it yourself, so another person has to decide.',
  restores_backup_id_foreign: 'The backup was removed meanwhile. `db backups` shows which there are.',
  restores_database_id_foreign: 'The database was deleted meanwhile. `db list` shows which there are.',
  restores_requested_by_foreign: 'Your user was deleted meanwhile. Ask an admin for a code: `link --invite`.',
  restores_decided_by_foreign: 'Your user was deleted meanwhile. Ask an admin for a code: `link --invite`.',
  check_volume_type: `The type of a volume is ${anyOf(volumeTypes)}.`,
  check_size_positive: 'The size of a volume is at least 1 GB.',
  check_volume_owner: 'A volume belongs to an application or to a database, not to both.',
  check_volume_node: 'Only a `docker_volume` is on one node. `volume list` shows where.',
  volumes_name_unique: 'The name of this volume is taken: volumes are shared by the whole Swarm. Choose another.',
  volumes_application_id_foreign: 'It has volumes, which keep data. `volume list` shows them; remove them first.',
  volumes_database_id_foreign:
    'The database has volumes, which keep data. `volume list` shows them; remove them first.',
  check_db_type: `The type of a database is ${anyOf(databaseTypes)}.`,
  check_db_status: 'A database cannot have this status.',
  check_db_connection_string_sealed: 'The connection string was not stored: it has to be encrypted first.',
  databases_project_id_name_unique: 'The project has a database of this name already. Choose another name.',
  databases_project_id_foreign: 'The project was deleted meanwhile. `project list` shows which there are.',
  check_domain_format: 'That is not a domain. Example: `shop.example.com`, in lower case and without `https://`.',
  check_domain_limits: 'A domain takes a port from 1 to 65535, a size above 0, and a time-out of 1 s to 24 h.',
  check_domain_target_type: 'A domain leads to an application or a database.',
  domains_domain_unique: 'This domain is in use already, perhaps in a project you do not see.',
  domains_redirect_to_id_foreign: 'The domain that visitors are to be sent to was removed meanwhile.',
  domains_project_id_foreign: 'The project was deleted meanwhile. `project list` shows which there are.',
  check_expiry_future: 'The certificate expires before it was issued.',
  certificate_not_expired: 'The certificate has expired. Issue a new one.',
  check_certificate_private_key_sealed: 'The private key was not stored: it has to be encrypted first.',
  certificates_domain_id_foreign: 'The domain was removed meanwhile.',
  check_certificate_source: 'A certificate is issued by an authority or uploaded.',
  acme_accounts_directory_url_unique: 'There is an account at this authority already.',
  check_acme_account_private_key_sealed: 'The account key was not stored: it has to be encrypted first.',
  acme_challenges_token_unique: 'This challenge is answered already.',
  acme_challenges_domain_id_foreign: 'The domain was removed meanwhile.',
  check_certificate_order_status: 'An order of a certificate cannot have this status.',
  check_certificate_order_private_key_sealed: 'The private key was not stored: it has to be encrypted first.',
  certificate_orders_domain_id_foreign: 'The domain was removed meanwhile.',
  certificate_renewals_domain_id_unique: 'The domain’s certificate is looked after already.',
  certificate_renewals_domain_id_foreign: 'The domain was removed meanwhile.',
  check_certificate_renewal_attempts: 'A number of attempts cannot be negative.',
  check_backup_type: `The type of a backup is ${anyOf(backupTypes)}.`,
  check_backup_status: 'A backup cannot have this status.',
  backups_database_id_foreign: 'The database was deleted meanwhile.',
  check_audit_resource_type: 'The audit log does not know this type of resource.',
  audit_logs_user_id_foreign: 'Your user was deleted meanwhile. Ask an admin for a code: `link --invite`.',
  check_webhook_delivery_provider: `The git host is ${anyOf(gitProviders)}.`,
  webhook_deliveries_provider_delivery_id_unique: 'This delivery was stored already.',
  webhook_deliveries_git_source_id_body_hash_unique: 'A delivery with this body was stored already.',
  webhook_deliveries_git_source_id_foreign: 'The repository was disconnected meanwhile.',
  check_chat_message_platform: 'Shipmate does not speak on this platform.',
  chat_messages_platform_channel_deployment_id_unique: 'The deployment is shown in this channel already.',
  chat_messages_deployment_id_foreign: 'The deployment was deleted meanwhile. `history` shows which there are.',
  check_chat_identity_platform: 'Shipmate does not speak on this platform.',
  chat_identities_platform_workspace_account_unique: 'This account is linked already. `whoami` shows to whom.',
  chat_identities_user_id_foreign: 'The user of this code was deleted meanwhile. Ask for a new code.',
  check_link_code_role: `A role is ${anyOf(userRoles)}.`,
  link_codes_code_hash_unique: 'The code could not be made. Try again.',
  link_codes_created_by_foreign: 'Your user was deleted meanwhile. Ask an admin for a code: `link --invite`.',
  link_codes_user_id_foreign: 'The user of this code was deleted meanwhile. Ask for a new code.',
  api_tokens_user_id_name_unique: 'You have a token of this name already. Choose another, or `token revoke` it first.',
  api_tokens_token_hash_unique: 'The token could not be made. Try again.',
  api_tokens_user_id_foreign: 'Your user was deleted meanwhile. Ask an admin for a code: `link --invite`.',
  deploy_locks_application_id_unique: 'Somebody locked it at this moment. `status` shows who.',
  deploy_locks_application_id_foreign: 'The application was deleted meanwhile. `app list` shows which there are.',
  deploy_locks_locked_by_foreign: 'Your user was deleted meanwhile. Ask an admin for a code: `link --invite`.',
  check_freeze_duration: 'A freeze lasts from a minute to 31 days. Examples: `90m`, `64h`, `2d`.',
  freeze_windows_project_id_foreign: 'The project was deleted meanwhile. `project list` shows which there are.',
  freeze_windows_created_by_foreign: 'Your user was deleted meanwhile. Ask an admin for a code: `link --invite`.',
  check_approval_decision: 'A deployment is approved or denied, or its request expires.',
  check_approval_decided: 'A decision needs the time of it.',
  check_approval_other_person: 'You asked for it yourself, so another person has to decide.',
  approval_decided_once: 'Somebody decided at this moment. `history` shows what became of it.',
  approvals_deployment_id_unique: 'The deployment waits for its approval already.',
  approvals_deployment_id_foreign: 'The deployment was deleted meanwhile. `history` shows which there are.',
  approvals_requested_by_foreign: 'Your user was deleted meanwhile. Ask an admin for a code: `link --invite`.',
  approvals_decided_by_foreign: 'Your user was deleted meanwhile. Ask an admin for a code: `link --invite`.',
  notification_routes_platform_channel_pattern_unique:
    'There is already a notification route for this pattern to that channel. `notify list` shows its id to remove it.',
  check_notification_route_platform: `A channel is on ${anyOf(platforms.filter((platform) => platform !== 'http'))}.`,
  check_notification_route_severity: `A severity is ${anyOf(severities)}.`,
  notification_routes_project_id_foreign: 'The project was deleted meanwhile. `project list` shows which there are.',
  notification_routes_created_by_foreign: 'Your user was deleted meanwhile. Ask an admin for a code: `link --invite`.',
  check_notification_event: 'Shipmate knows no such event. `help notify add` shows which there are.',
  check_notification_severity: `A severity is ${anyOf(severities)}.`,
  notifications_route_id_foreign: 'The notification route was removed meanwhile. `notify list` shows which there are.',
  notifications_deployment_id_foreign: 'The deployment was deleted meanwhile. `history` shows which there are.',
  check_notification_route_digest: 'A digest is sent `daily@HH:MM` or `weekly@DAY@HH:MM`, e.g. `weekly@fri@16:00`.',
  branch_heads_application_id_unique: 'Another Shipmate looked at this branch at the same moment.',
  branch_heads_application_id_foreign: 'The application was deleted meanwhile. `app list` shows which there are.',
  check_branch_head_state: 'A branch cannot have this state.',
  check_disk_level: 'A disk cannot have this level.',
  disks_host_name_unique: 'Another Shipmate measured this disk at the same moment.',
  check_incident_times: 'An incident ends after it began.',
  incidents_application_id_foreign: 'The application was deleted meanwhile. `app list` shows which there are.',
  incidents_open_index: 'Another Shipmate noticed this at the same moment.',
  check_swarm_node_state: 'A node cannot have this state.',
  check_swarm_node_lost: 'A node that is lost needs the time since when.',
  check_job_run_status: 'A run of a job cannot have this status.',
  check_job_run_finished: 'A run that has ended needs the time of it.',
  job_runs_requested_by_foreign: 'Your user was deleted meanwhile. Ask an admin for a code: `link --invite`.',
};

/** The refusal a person reads for a violated constraint; undefined when `error` is something else. */
export function refusalOf(error: unknown): UserError | undefined {
  const violation = violationOf(error);
  if (!violation) return undefined;
  if (violation.kind === 'too_long') return new UsageError('Something you typed is too long to be stored. Shorten it.');
  if (violation.kind === 'not_storable')
    return new UsageError('Something you typed cannot be stored: a NUL character, or a number that is too large.');
  const sentence = constraintSentences[violation.constraint];
  return sentence === undefined ? undefined : new ConflictError(sentence, { cause: error });
}
