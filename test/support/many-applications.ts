import { createHash } from 'node:crypto';
import type { User } from '../../src/entities/user.ts';
import { onDatabase } from './database.ts';

const projects = 1_000;
const applicationsEach = 10;
const deploymentsEach = 30;

/**
 * Rows of a large installation: a team of `member` with 1,000 projects of 10 applications with 30 deployments, a
 * variable, a domain and an audit entry each, and 10 such projects that `owner` alone sees. Project 1 is
 * `many-0001`, `own-01` for the owner; its first application `app-01`.
 */
export async function makeManyApplications(
  url: string,
  { member, owner }: { member: User; owner: User },
): Promise<void> {
  await onDatabase(url, (client) =>
    client.query(`
      -- What the rows refer to is there: nothing has to look.
      set session_replication_role = replica;
      insert into users (id, username, email, preferences)
        values (md5('boss')::uuid, 'boss', 'boss@example.test', '{"sso":"test"}');
      insert into teams (id, name) values (md5('crew')::uuid, 'crew');
      insert into team_members (id, team_id, user_id, role) values
        (gen_random_uuid(), md5('crew')::uuid, md5('boss')::uuid, 'owner'),
        (gen_random_uuid(), md5('crew')::uuid, '${member.id}', 'member');
      insert into projects (id, owner_id, team_id, name)
        select md5('p' || n)::uuid, md5('boss')::uuid, md5('crew')::uuid, 'many-' || lpad(n::text, 4, '0')
        from generate_series(1, ${projects}) n;
      insert into projects (id, owner_id, name)
        select md5('o' || n)::uuid, '${owner.id}', 'own-' || lpad(n::text, 2, '0') from generate_series(1, 10) n;
      insert into applications (id, project_id, name, type, source_type, status)
        select md5(id::text || n)::uuid, id, 'app-' || lpad(n::text, 2, '0'), 'docker', 'docker', 'running'
        from projects, generate_series(1, ${applicationsEach}) n;
      insert into env_vars (id, application_id, key, value) select gen_random_uuid(), id, 'A', 'b' from applications;
      -- Short names: the check of each costs by the letter.
      insert into domains (id, project_id, domain, target_type, target_id)
        select gen_random_uuid(), project_id, row_number() over () || '.x', 'application', id from applications;
      insert into deployments (id, application_id, status, metadata, started_at, completed_at)
        select gen_random_uuid(), id, 'success', '{"ref":"main"}', at, at
        from applications, generate_series(1, ${deploymentsEach}) n,
          lateral (select now() - n * interval '1 hour' - (hashtext(id::text) & 4095) * interval '1 second' as at) t;
      insert into audit_logs (action, resource_type, resource_id)
        select 'application.deploy', 'application', id from applications;
      refresh materialized view application_stats;
      analyze`),
  );
}

/** Id of the fifth application of a project in the middle. */
export function anyApplication(of: 'member' | 'owner'): string {
  const project = asUuid(of === 'member' ? `p${projects / 2}` : 'o5');
  return asUuid(`${project}5`);
}

function asUuid(text: string): string {
  const hex = createHash('md5').update(text).digest('hex');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
