import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../src/database/database.ts';
import type { User } from '../../src/entities/user.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeDeployment, makeProject, makeUser } from '../support/factories.ts';
import { makeWorld, type World } from '../support/matrix.ts';

/** A person who owns one project looks at a world that is not theirs: `:own_*` are their rows, `:name` the world's. */
let db: TestDatabase;
let world: World;
let eve: User;
const own: Record<string, string> = {};
beforeAll(async () => {
  db = await createTestDatabase();
  world = await makeWorld(db);
  eve = await makeUser(db.database);
  const project = await makeProject(db.database, { owner: eve });
  const application = await makeApplication(db.database, { project });
  Object.assign(own, {
    me: eve.id,
    own_project: project.id,
    own_application: application.id,
    own_deployment: (await makeDeployment(db.database, { application })).id,
  });
  const rows: [name: string, sql: string][] = [
    [
      'own_database',
      `insert into databases (id, project_id, name, type, version) values (:id, :own_project, 'main', 'redis', '7')`,
    ],
    ['own_backup', `insert into backups (id, database_id, type) values (:id, :own_database, 'full')`],
    [
      'own_restore',
      `insert into restores (id, backup_id, database_id, status, requested_by) values (:id, :own_backup, :own_database, 'waiting', :owner)`,
    ],
    [
      'own_approval',
      `insert into approvals (id, deployment_id, requested_by, expires_at) values (:id, :own_deployment, :owner, now())`,
    ],
    [
      'own_domain',
      `insert into domains (id, project_id, domain, target_type, target_id) values (:id, :own_project, 'own.example', 'application', :own_application)`,
    ],
  ];
  for (const [name, sql] of rows) {
    const id = randomUUID();
    await executeSql(db.database.asSystem(), bind(sql, id));
    own[name] = id;
  }
});
afterAll(() => db.close());

function bind(sql: string, id: string = randomUUID()): string {
  return sql.replaceAll(/:([a-z_]+)\b/g, (whole, name: string) => {
    const value = name === 'id' ? id : (own[name] ?? world.rows[name]);
    return value === undefined ? whole : `'${value}'`;
  });
}

/** How many rows the person's statement touches. */
async function run(person: User, sql: string): Promise<number> {
  return (await executeSql(db.database.asUser(person.id), `${bind(sql)} returning 1`)).rows.length;
}

const domain = (target: string, redirect = 'null') =>
  `insert into domains (id, project_id, domain, target_type, target_id, redirect_to_id)
   values (:id, :own_project, 'd-' || gen_random_uuid() || '.example', ${target}, ${redirect})`;
const databaseDomain = (database: string) =>
  `insert into domains (id, project_id, domain, target_type, target_id, port, allowed)
   values (:id, :own_project, 'd-' || gen_random_uuid() || '.example', 'database', ${database}, 15432, '["192.0.2.0/24"]')`;
const audit = (type: string, resource: string) =>
  `insert into audit_logs (user_id, action, resource_type, resource_id) values (:me, 'x', '${type}', ${resource})`;
const restore = (backup: string, database: string) =>
  `insert into restores (id, backup_id, database_id, requested_by) values (:id, ${backup}, ${database}, :me)`;

describe('a person may not', () => {
  it.each([
    ['lead a domain to an application of others', domain(`'application', :applications`)],
    ['lead a domain to a database of others', databaseDomain(':databases')],
    ['redirect a domain to one of others', domain(`'application', :own_application`, ':domains')],
    [
      'move a domain to an application of others',
      'update domains set target_id = :applications where id = :own_domain',
    ],
    ['audit a project of others', audit('project', ':projects')],
    ['audit an application of others', audit('application', ':applications')],
    ['audit a deployment of others', audit('deployment', ':deployments')],
    ['audit a database of others', audit('database', ':databases')],
    ['audit a domain of others', audit('domain', ':domains')],
    ['audit a team of others', audit('team', ':teams')],
    ['audit another user', audit('user', ':owner')],
    ['restore a backup of others', restore(':backups', ':own_database')],
    ['restore into a database of others', restore(':own_backup', ':databases')],
    [
      'decide a restore into a database of others',
      'update restores set database_id = :databases, decided_by = :me, decided_at = now() where id = :own_restore',
    ],
    [
      'decide a restore of a backup of others',
      'update restores set backup_id = :backups, decided_by = :me, decided_at = now() where id = :own_restore',
    ],
  ])('%s', async (_what, sql) => {
    await expect(run(eve, sql)).rejects.toThrow('row-level security');
  });

  it.each([
    ['make a code', `insert into link_codes (id, role, code_hash, expires_at) values (:id, 'super_admin', 'h', now())`],
    [
      'make a code for themselves',
      `insert into link_codes (id, user_id, role, code_hash, expires_at) values (:id, :me, 'super_admin', 'h', now())`,
    ],
    ['read codes', 'select from link_codes'],
    [
      'tie an account to themselves',
      `insert into chat_identities (id, user_id, platform, workspace, account) values (:id, :me, 'slack', 'T', 'U9')`,
    ],
    ['count attempts', 'delete from attempt_counts'],
    ['read what Shipmates share', 'select from installation'],
  ])('%s', async (_what, sql) => {
    await expect(executeSql(db.database.asUser(eve.id), bind(sql))).rejects.toThrow('permission denied');
    await expect(executeSql(db.database.asUser(world.users.superAdmin.id), bind(sql))).rejects.toThrow(
      'permission denied',
    );
  });

  it('decide about a deployment of others: a trigger keeps what an approval is about', async () => {
    const moved = `update approvals set deployment_id = :bare_deployment, decision = 'approved', decided_by = :me,
      decided_at = now() where id = :own_approval`;
    await expect(run(eve, moved)).rejects.toThrow('the approval is decided');
  });

  it('make a token that acts as somebody else, a super_admin neither', async () => {
    const token = `insert into api_tokens (id, user_id, name, token_hash) values (:id, :owner, 'x', 'h9')`;
    for (const person of [eve, world.users.superAdmin])
      await expect(run(person, token)).rejects.toThrow('row-level security');
  });
});

describe('a person may', () => {
  it.each([
    ['lead a domain to an application of theirs', domain(`'application', :own_application`)],
    ['lead a domain to a database of theirs', databaseDomain(':own_database')],
    ['redirect a domain to one of theirs', domain(`'application', :own_application`, ':own_domain')],
    ['audit what is theirs', audit('deployment', ':own_deployment')],
    ['audit themselves', audit('user', ':me')],
    ['audit nothing in particular', audit('database', 'null')],
    ['restore a backup of theirs', restore(':own_backup', ':own_database')],
    ['decide a restore', 'update restores set decided_by = :me, decided_at = now() where id = :own_restore'],
    [
      'decide an approval',
      `update approvals set decision = 'approved', decided_by = :me, decided_at = now() where id = :own_approval`,
    ],
  ])('%s', async (_what, sql) => {
    expect(await run(eve, sql)).toBe(1);
  });
});
