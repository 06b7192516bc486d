import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeStage, type Stage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.close());

describe('constraints', () => {
  it.each([
    ['check_username_format', `update users set username = 'Ada' where id = :user`],
    ['check_username_format', `update users set username = 'ab' where id = :user`],
    ['check_email_format', `update users set email = 'ada at example' where id = :user`],
    ['check_user_role', `update users set role = 'root' where id = :user`],
    [
      'users_username_unique',
      `insert into users (id, username, email, preferences) select gen_random_uuid(), username, 'x@y.z', preferences from users`,
    ],
    [
      'users_email_unique',
      `insert into users (id, username, email, preferences)
       select gen_random_uuid(), 'somebody', email, preferences from users limit 1`,
    ],
    ['check_team_name_length', `update teams set name = 'ab' where id = :team`],
    ['check_team_name_length', `update teams set name = repeat('a', 101) where id = :team`],
    ['teams_name_unique', `insert into teams (id, name) select gen_random_uuid(), name from teams`],
    ['check_team_member_role', `update team_members set role = 'guest'`],
    [
      'team_members_user_id_team_id_unique',
      `insert into team_members (id, user_id, team_id) values (gen_random_uuid(), :user, :team)`,
    ],
    ['team_has_owner', `update team_members set role = 'admin' where team_id = :team`],
    ['team_has_owner', `delete from team_members where team_id = :team`],
    ['team_has_owner', `delete from users where id = :user`],
    ['team_has_owner', `insert into teams (id, name) values (gen_random_uuid(), 'nobody')`],
    ['check_project_name_length', `update projects set name = 'ab'`],
    ['check_project_name_length', `update projects set name = repeat('a', 101)`],
    [
      'projects_owner_id_name_unique',
      `insert into projects (id, owner_id, name) select gen_random_uuid(), owner_id, name from projects`,
    ],
    ['projects_owner_id_foreign', `update projects set owner_id = gen_random_uuid()`],
    ['check_app_type', `update applications set type = 'helm'`],
    ['check_app_status', `update applications set status = 'sleeping'`],
    ['check_app_source_type', `update applications set source_type = 'svn'`],
    ['check_replicas_non_negative', `update applications set replicas = -1`],
    [
      'applications_project_id_name_unique',
      `insert into applications (id, project_id, name, type, source_type)
       select gen_random_uuid(), project_id, name, type, source_type from applications`,
    ],
    [
      'git_sources_application_id_unique',
      `insert into git_sources (id, application_id, provider, repository, branch)
       select gen_random_uuid(), application_id, provider, repository, branch from git_sources`,
    ],
    ['check_git_provider', `update git_sources set provider = 'sourcehut'`],
    ['check_deployment_status', `update deployments set status = 'cancelled'`],
    [
      'check_deployment_log_level',
      `insert into deployment_logs (deployment_id, level, message) values (:deployment, 'fatal', '')`,
    ],
    [
      'check_env_var_key',
      `insert into env_vars (id, application_id, key, value) values (gen_random_uuid(), :application, 'lower', '')`,
    ],
    [
      'check_env_var_key',
      `insert into env_vars (id, application_id, key, value) values (gen_random_uuid(), :application, '1ST', '')`,
    ],
    [
      'check_env_var_key',
      `insert into env_vars (id, application_id, key, value) values (gen_random_uuid(), :application, E'A\\nB', '')`,
    ],
    [
      'env_vars_application_id_key_unique',
      `insert into env_vars (id, application_id, key, value) select gen_random_uuid(), :application, 'A', '' from generate_series(1, 2)`,
    ],
    ['check_audit_resource_type', `insert into audit_logs (action, resource_type) values ('x', 'volume')`],
    [
      'webhook_deliveries_provider_delivery_id_git_source_id_unique',
      `insert into webhook_deliveries (id, provider, delivery_id, event, repository, git_source_id)
       select gen_random_uuid(), 'github', 'same', 'push', 'a/b', s.id from git_sources s, generate_series(1, 2)`,
    ],
    [
      'webhook_deliveries_git_source_id_body_hash_unique',
      `insert into webhook_deliveries (id, provider, delivery_id, event, repository, git_source_id, body_hash)
       select gen_random_uuid(), 'github', n::text, 'push', 'a/b', s.id, 'same'
       from git_sources s, generate_series(1, 2) n`,
    ],
    [
      'chat_messages_platform_channel_deployment_id_unique',
      `insert into chat_messages (id, deployment_id, platform, channel)
       select gen_random_uuid(), :deployment, 'slack', 'C1' from generate_series(1, 2)`,
    ],
    [
      'chat_identities_platform_workspace_account_unique',
      `insert into chat_identities (id, user_id, platform, workspace, account)
       select gen_random_uuid(), :user, 'slack', 'T1', 'U1' from generate_series(1, 2)`,
    ],
    [
      'api_tokens_token_hash_unique',
      `insert into api_tokens (id, user_id, name, token_hash) select gen_random_uuid(), :user, n::text, 'h' from generate_series(1, 2) n`,
    ],
    [
      'check_link_code_role',
      `insert into link_codes (id, code_hash, role, expires_at) values (gen_random_uuid(), 'h', 'king', now())`,
    ],
  ])('%s refuses: %s', async (constraint, sql) => {
    expect(await stage.attempt(sql)).toBe(constraint);
  });

  it.each([
    [
      'names of three and a hundred characters',
      `update teams set name = 'abc'; update projects set name = repeat('a', 100)`,
    ],
    ['an archived application', `select soft_delete_application(:application)`],
    ['no replicas', `update applications set replicas = 0`],
    [
      'a second application named like an archived one',
      `select soft_delete_application(:application);
       insert into applications (id, project_id, name, type, source_type)
       select gen_random_uuid(), project_id, name, type, source_type from applications`,
    ],
    [
      'an owner who hands over and leaves',
      `insert into team_members (id, user_id, team_id, role)
       select gen_random_uuid(), id, :team, 'owner' from users where id <> :user limit 1;
       delete from team_members where user_id = :user`,
    ],
    ['a team that is deleted with its members', `delete from teams where id = :team`],
    [
      'a key with digits and underscores',
      `insert into env_vars (id, application_id, key, value) values (gen_random_uuid(), :application, '_A1_B', '')`,
    ],
  ])('accepts %s', async (_what, sql) => {
    expect(await stage.attempt(sql)).toBe('accepted');
  });
});
