import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { constraintSentences } from '../../src/handlers/constraint-sentences.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { fakeDeps, fakeSwarm, swarmNode } from '../support/fakes.ts';
import { makePerson, type Person } from '../support/person.ts';

const password = 'correct horse battery';
let db: TestDatabase;
let root: Person;
beforeAll(async () => {
  db = await createTestDatabase();
  // No node whose ports would be tried.
  const swarm = { ...fakeSwarm().swarm, nodes: async () => [swarmNode({ state: 'down' })] };
  root = await makePerson(fakeDeps(db.database, { swarm }), 'super_admin');
  for (const line of [
    'project create shop',
    'app create shop/api --image nginx:1',
    'app create shop/web --repo https://github.com/acme/web.git',
    'volume create uploads shop/api /uploads',
    'team create crew',
    'user create ada ada@example.com --password',
    'token create ci',
    'db create shop/orders --type redis',
    'notify add shop failed',
    'lock shop/web broken',
    'volume create media shop/api /media --type nfs --server nfs.example.com --export /media',
    'domain add shop.example.com shop/web --port 3000',
    'domain add db.example.com shop/orders --port 16379 --allow 203.0.113.0/24',
  ]) {
    expect((await root.type(line, line.endsWith('--password') ? { password } : undefined)).tone).not.toBe('danger');
  }
});
afterAll(() => db.close());

/** A constraint, the line that would break it, and what the person reads. */
const typed: [constraint: string, line: string, sentence: string][] = [
  ['check_username_format', 'user create Ada! a@b.example --password', '`Ada!` is not a valid username: use 3 to 50'],
  ['check_email_format', 'user create grace grace.example --password', '`grace.example` is not an e-mail address.'],
  ['check_user_role', 'user role ada king', '`king` is not one of `super_admin`'],
  ['check_password_or_sso', 'user create grace g@b.example', 'Add `--password`, and you are asked for it in private.'],
  ['users_username_unique', 'user create ada a@b.example --password', 'The username `ada` is taken.'],
  ['users_email_unique', 'user create grace ada@example.com --password', '`ada@example.com` belongs to another user.'],
  ['check_team_name_length', 'team create ab', '`ab` cannot name a team: use 3 to 100'],
  ['teams_name_unique', 'team create crew', 'The team name `crew` is taken.'],
  ['check_team_member_role', 'team invite crew ada --role boss', '`boss` is not one of `owner`'],
  ['team_members_user_id_team_id_unique', 'team invite crew ROOT', 'is already in `crew` as `owner`.'],
  ['team_members_user_id_foreign', 'team invite crew nobody-here', 'There is no user `nobody-here`.'],
  ['team_members_team_id_foreign', 'team invite nothing ada', 'There is no team `nothing` that you see.'],
  ['team_has_owner', 'team leave crew', 'is the last owner of `crew`. Make somebody else owner first:'],
  ['check_project_name_length', 'project create ab', '`ab` cannot name a project: use 3 to 63'],
  ['projects_owner_id_name_unique', 'project create shop', 'The project name `shop` is taken.'],
  ['projects_owner_id_foreign', 'project transfer shop nobody-here', 'There is no user `nobody-here`.'],
  ['projects_team_id_foreign', 'project team shop nothing', 'There is no team `nothing` that you see.'],
  ['check_replicas_non_negative', 'scale shop/api -1', '`-1` is not a whole number from 0 to 1000.'],
  ['applications_project_id_name_unique', 'app create shop/api --image nginx:1', '`shop/api`'],
  ['applications_project_id_foreign', 'app create nothing/api --image nginx:1', 'There is no project `nothing`.'],
  ['check_env_var_key', 'env set shop/api lower=1', '`lower` cannot name a variable'],
  ['env_vars_database_id_foreign', 'db attach shop/nothing shop/api', 'There is no database `shop/nothing`.'],
  ['databases_project_id_name_unique', 'db create shop/orders --type redis', '`shop/orders` already exists.'],
  ['databases_project_id_foreign', 'db create nothing/orders --type redis', 'There is no project `nothing`.'],
  ['check_db_type', 'db create shop/new --type oracle', '`oracle` is not one of `postgresql`'],
  ['check_preview_variable_key', 'env set shop/api lower=1 --preview', '`lower` cannot name a variable'],
  [
    'preview_variables_application_id_foreign',
    'env set shop/nothing A=1 --preview',
    'There is no application `shop/nothing`.',
  ],
  ['check_cron_command_overlap', 'cron add shop/api "0 3 * * *" --overlap both -- true', '`both` is not one of `skip`'],
  ['check_cron_command_limit', 'cron add shop/api "0 3 * * *" --timeout 2d -- true', 'timeout: `2d` is not a duration'],
  ['check_cron_command_retries', 'cron add shop/api "0 3 * * *" --retries 99 -- true', '`99` is not a whole number'],
  [
    'cron_commands_application_id_foreign',
    'cron add shop/nothing "0 3 * * *" -- true',
    'There is no application `shop/nothing`.',
  ],
  ['cron_runs_cron_command_id_foreign', 'cron run 00000000', 'There is no scheduled command `00000000` that you see.'],
  ['check_shared_variable_key', 'shared set shop lower=1', '`lower` cannot name a variable'],
  ['check_shared_variable_environment', 'shared set shop A=1 --environment a_b', '`a_b` cannot name an environment'],
  ['shared_variables_project_id_foreign', 'shared set nothing A=1', 'There is no project `nothing`.'],
  ['env_vars_application_id_foreign', 'env set shop/nothing A=1', 'There is no application `shop/nothing`.'],
  ['deployments_application_id_foreign', 'deploy shop/nothing', 'There is no application `shop/nothing`.'],
  [
    'scheduled_deployments_application_id_foreign',
    'deploy shop/nothing --at "tomorrow 06:00"',
    'There is no application `shop/nothing`.',
  ],
  ['check_volume_type', 'volume create v2 shop/api /v --type tape', '`tape` is not one of `docker_volume`'],
  ['check_size_positive', 'volume create v2 shop/api /v --size 0', 'size: `0` is not a size from `1B`'],
  ['volumes_name_unique', 'volume create uploads shop/api /v', 'The volume name `uploads` is taken'],
  ['volumes_application_id_foreign', 'volume create v2 shop/nothing /v', 'There is no application `shop/nothing`.'],
  ['check_audit_resource_type', 'audit --resource volume', '`volume` is not one of `user`'],
  ['api_tokens_user_id_name_unique', 'token create ci', 'You already have a token `ci`. Revoke it first'],
  ['deploy_locks_application_id_unique', 'lock shop/web again', '`shop/web` is locked by'],
  ['deploy_locks_application_id_foreign', 'lock shop/nothing why', 'There is no application `shop/nothing`.'],
  ['check_freeze_duration', 'freeze add shop "0 0 * * *" 99d', '`99d` is not a duration from `1m` to `31d`'],
  [
    'notification_routes_platform_channel_pattern_unique',
    'notify add shop failed',
    'That channel already has a notification route for `shop/*`',
  ],
  ['notification_routes_project_id_foreign', 'notify add nothing failed', 'There is no project `nothing`.'],
  ['check_notification_route_platform', 'notify add shop failed #ops', '`#ops` is not a channel.'],
  ['check_notification_route_mentions', 'notify add shop failed --mentions all', '`all` is not one of'],
  ['check_notification_route_severity', 'notify add shop failed --severity fatal', '`fatal` is not one of `info`'],
  ['check_notification_event', 'notify add shop explosions', '`explosions` is not one of'],
  ['freeze_windows_project_id_foreign', 'freeze add nothing "0 0 * * *" 1h', 'There is no project `nothing`.'],
  ['approvals_deployment_id_foreign', 'approve 00000000', 'There is no deployment `00000000` that you see.'],
  ['check_domain_format', 'domain add shop_1.example.com shop/web', '`shop_1.example.com` is not a domain'],
  ['check_domain_limits', 'domain add a.example.com shop/web --port 70000', '`70000` is not a whole number from 1'],
  [
    'domains_domain_unique',
    'domain add shop.example.com shop/web',
    '`shop.example.com` is already in use on this Shipmate',
  ],
  ['check_domain_target_type', 'domain add a.example.com shop/orders', '`shop/orders` is a database.'],
  [
    'check_domain_allowed',
    'domain add shop2.example.com shop/web --allow 203.0.113.0/24',
    '`--allow` is for domains of',
  ],
  [
    'check_domain_of_database',
    'domain add b.example.com shop/orders --allow 203.0.113.0/24 --no-tls',
    '`--no-tls`: only for domains of applications',
  ],
  [
    'domains_database_port_index',
    'domain add b.example.com shop/orders --port 16379 --allow 203.0.113.0/24',
    'Port 16379 leads to another domain of a database',
  ],
  ['domains_project_id_foreign', 'domain add a.example.com nothing/web', 'There is no application `nothing/web`.'],
  ['certificates_domain_id_foreign', 'cert show nothing.example.com', 'There is no domain `nothing.example.com`.'],
  ['certificate_renewals_domain_id_foreign', 'cert renew nothing.example.com', 'There is no domain `nothing.example'],
  ['check_backup_type', 'db backup shop/orders --type half', '`half` is not one of `full`'],
  ['backups_database_id_foreign', 'db backup shop/nothing', 'There is no database `shop/nothing`.'],
  ['backup_stores_database_id_foreign', 'db key shop/nothing', 'There is no database `shop/nothing`.'],
  ['restores_backup_id_foreign', 'db restore shop/orders 00000000', '`shop/orders` has no backup `00000000`.'],
  ['restores_database_id_foreign', 'db restore shop/nothing latest', 'There is no database `shop/nothing`.'],
  ['volumes_database_id_foreign', 'db delete shop/orders', 'Deleting `shop/orders` loses its data (`--data`)'],
  ['check_volume_node', 'volume pin media host-1', '`media` is of type `nfs`: every node reaches it.'],
  ['check_app_type', 'app create shop/new --type tar', '`tar` is not one of `docker`'],
  ['check_git_provider', 'app connect shop/web --provider svn', '`svn` is not one of `github`'],
  ['check_notification_route_digest', 'notify add shop digest --digest yearly', '`yearly` is not a digest schedule'],
  [
    'notifications_route_id_foreign',
    'notify remove 00000000',
    'There is no notification route `00000000` that you see.',
  ],
  ['check_api_token_mcp', 'token create ci --mcp king', '`king` is not one of `read`'],
  ['check_link_code_role', 'link --invite king', '`king` is not one of `super_admin`'],
];

/** No line reaches these. */
const unreachable = [
  // Shipmate alone writes the value: a ciphertext, a hash, a state, a time, who it was.
  /_(sealed|bcrypt)$|^check_env_var_for_build$/,
  /^check_(app_status|app_source_type|deployment_status|deployment_log_level|volume_owner)$/,
  /^check_(webhook_delivery_provider|chat_message_platform|chat_identity_platform|notification_severity)$/,
  /^check_(db_status|backup_status|restore_status|restore_decided|certificate_order_status|certificate_source)$/,
  /^check_(certificate_renewal_attempts|branch_head_state|disk_level|incident_(times|kind|subject)|job_run_status|job_run_finished)$/,
  /^check_(swarm_node_(state|lost)|task_metrics_seconds)$/,
  /_(locked|created|requested|decided|triggered)_by_foreign$|^(api_tokens|chat_identities|link_codes)_user_id_foreign$/,
  /^(api_tokens_token|link_codes_code)_hash_unique$/,
  /^assistant_requests_|^check_assistant_request_/,
  // Rows that Shipmate makes by itself.
  /^check_domain_of_project$/,
  /^(git_sources|deployment_logs|webhook_deliveries|chat_messages|chat_identities|audit_logs|notifications)_/,
  /^(host_apps|host_app_installations)_|^check_host_app_installation_selection$/,
  /^(acme_accounts|acme_challenges|certificate_orders|certificate_renewals|backup_stores)_/,
  /^(branch_heads|disks|incidents|previews)_|^check_preview_(number|state|variable_for_build)$/,
  /^(backups_reference_id|databases_(variant_id|stands_for_id))_foreign$|^check_(db_preview|restore_platform|restore_called)$/,
  /^applications_preview_of_id_foreign$|^check_scheduled_deployment_(platform|outcome|ended)$/,
  /^check_cron_run_(status|ended)$|^cron_runs_cron_command_id_due_at_unique$/,
  /^(variable_changes|changed_variables)_|^check_changed_variable_/,
  // The terminal that types these lines is no channel.
  /^(check_channel_default|channel_defaults)_/,
  // The use case takes what is there and goes on: a variable is changed, `www.` gets its row, a store goes with its project.
  /^((env_vars|preview_variables)_application_id_key_unique|shared_variables_project_id_environment_key_unique|domains_redirect_to_id_foreign)$/,
  // It needs a deployment or a restore that waits, or a certificate: their own tests type it.
  /^(check_approval_(decision|decided|other_person)|approval_decided_once|approvals_deployment_id_unique)$/,
  /^(check_restore_other_person|check_expiry_future|certificate_not_expired)$/,
];

describe('what would break a constraint', () => {
  it.each(typed)('%s: %s', async (_constraint, line, sentence) => {
    const filled = line.replace('ROOT', root.user.username);
    const reply = await root.type(filled, line.endsWith('--password') ? { password } : undefined);
    expect(reply.tone).toBe('danger');
    expect(reply.text).toContain(sentence);
    expect(reply.text).not.toMatch(/constraint|relation|duplicate key|violat|Something went wrong/i);
  });

  it('is typed above, or cannot be typed', () => {
    const known = new Set(typed.map(([constraint]) => constraint));
    const rest = Object.keys(constraintSentences).filter((name) => !known.has(name));
    expect(rest.filter((name) => !unreachable.some((pattern) => pattern.test(name)))).toEqual([]);
    expect([...known].filter((name) => !(name in constraintSentences))).toEqual([]);
  });

  it.each([
    ['a NUL character', 'team create a\0bc'],
    ['a name that is far too long', `team create ${'a'.repeat(5_000)}`],
    ['a description that is long', `project create long --description "${'a'.repeat(100_000)}"`],
    ['quotes and semicolons', `user show "'; drop table users; --"`],
    ['a number beyond every range', 'audit --before 99999999999999999999'],
  ])('is answered without a word of PostgreSQL: %s', async (_what, line) => {
    const { text = '' } = await root.type(line);
    expect(text).not.toMatch(/constraint|syntax|invalid byte|relation|Something went wrong/i);
  });
});
