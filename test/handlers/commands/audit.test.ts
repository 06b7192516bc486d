import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeCheckout } from '../../support/fake-checkout.ts';
import { fakeDeps, fakeGit, fakeSwarm, testConfig } from '../../support/fakes.ts';
import { folder } from '../../support/swarm-fixture.ts';
import { makePerson, type Person } from '../../support/person.ts';

const live = 'a'.repeat(40);

let db: TestDatabase;
let deps: Deps;
let root: Person;
let data: Awaited<ReturnType<typeof folder>>;
beforeAll(async () => {
  db = await createTestDatabase();
  const { running, swarm } = fakeSwarm();
  data = await folder();
  const git = { ...fakeGit({ main: live }), checkout: fakeCheckout(() => ({ 'index.html': '' })) };
  deps = fakeDeps(db.database, { git, swarm, config: { ...testConfig, dataDir: data.path } });
  root = await makePerson(deps, 'super_admin');
  const project = await makeProject(db.database, { name: 'shop', owner: root.user });
  const sourceConfig = { clone_url: 'https://github.com/acme/api.git', branch: 'main' };
  const application = await makeApplication(db.database, { name: 'api', project, sourceConfig });
  await makeDeployment(db.database, { application, status: 'success', commitSha: live });
  await executeSql(
    db.database.asSystem(),
    `insert into cron_commands (id, application_id, schedule, command, checked_at)
     values ('3f2c1ab4-0000-4000-8000-000000000001', $1, '0 3 * * *', 'true', now())`,
    [application.id],
  );
  await root.type('team create crew');
  await root.type('domain add shop.localhost shop/api --port 3000');
  await root.type('db create shop/orders --type redis');
  running(((await root.type('db show shop/orders')).data as { host: string }).host);
});
afterAll(async () => {
  await db.close();
  await data[Symbol.asyncDispose]();
});

async function newest(count: number): Promise<Record<string, unknown>[]> {
  const sql = 'select id, action, user_id, details from audit_logs order by id desc limit $1';
  return (await executeSql(db.database.asSystem(), sql, [count])).rows;
}

/** What a person types to run each command that only reads. */
const reading: Record<string, string> = {
  help: 'help',
  whoami: 'whoami',
  status: 'status shop/api',
  history: 'history shop/api',
  logs: 'logs shop/api --build',
  why: 'why shop/api',
  metrics: 'metrics shop/api',
  'template list': 'template list',
  'template show': 'template show redis',
  diff: 'diff shop/api',
  open: 'open shop/api',
  'project list': 'project list',
  'notify list': 'notify list',
  'project show': 'project show shop',
  'freeze list': 'freeze list shop',
  'app list': 'app list',
  'app dockerfile': 'app dockerfile shop/api',
  'app show': 'app show shop/api',
  'cron list': 'cron list',
  'cron show': 'cron show 3f2c1ab4',
  'env history': 'env history shop/api',
  'env list': 'env list shop/api',
  'shared history': 'shared history shop',
  'shared list': 'shared list shop',
  'here show': 'here show',
  'preview list': 'preview list shop/api',
  'volume list': 'volume list',
  'db list': 'db list',
  'db show': 'db show shop/orders',
  'db logs': 'db logs shop/orders',
  'db backups': 'db backups shop/orders',
  'domain list': 'domain list',
  'domain check': 'domain check shop.localhost',
  'cert list': 'cert list',
  'cert show': 'cert show shop.localhost',
  'node list': 'node list',
  'github app list': 'github app list',
  'github app show': 'github app show 1',
  'github app repos': 'github app repos',
  'digest now': 'digest now',
  'team list': 'team list',
  'team show': 'team show crew',
  'user list': 'user list',
  'user show': 'user show ROOT',
  'token list': 'token list',
  'schedule list': 'schedule list',
  'schedule show': 'schedule show refresh-application-stats',
  'keys show': 'keys show',
  audit: 'audit',
};

describe('every command that only reads', () => {
  it('is in this table', () => {
    const names = commands.filter((command) => command.reads).map((command) => command.name);
    expect(names.sort()).toEqual(Object.keys(reading).sort());
  });

  it.each(Object.entries(reading))('%s writes one row', async (name, line) => {
    const [before] = await newest(1);
    await root.type(line.replace('ROOT', root.user.username));
    const [row, previous] = await newest(2);
    expect(row).toMatchObject({ user_id: root.user.id, details: { kind: 'command', command: name } });
    expect(previous?.['id']).toBe(before?.['id']);
  });
});

describe('a refused command', () => {
  it('writes one row that does not repeat what was typed', async () => {
    const viewer = await makePerson(deps, 'viewer');
    const [before] = await newest(1);
    await viewer.type('env set shop/api PASSWORD=hunter2');
    const [row, previous] = await newest(2);
    expect(previous?.['id']).toBe(before?.['id']);
    expect(row).toMatchObject({
      action: 'command.refused',
      user_id: viewer.user.id,
      details: { command: 'env set', why: 'ForbiddenError', platform: 'console' },
    });
    expect(JSON.stringify(row)).not.toContain('hunter2');
  });
});

describe('a command that changes something', () => {
  it.each([
    ['project create books', 'project.create'],
    ['app create books/api --image nginx:1', 'application.create'],
    ['app set books/api port=80', 'application.set'],
    ['scale books/api 2', 'application.scale'],
    ['env set books/api A=b', 'application.env_set'],
    ['env unset books/api A', 'application.env_unset'],
    ['lock books/api broken', 'application.lock'],
    ['unlock books/api', 'application.unlock'],
    ['freeze add books "0 0 * * *" 1h', 'project.freeze_add'],
    ['app archive books/api', 'application.archive'],
    ['app restore books/api', 'application.restore'],
    ['token create ci', 'user.token_create'],
    ['token revoke ci', 'user.token_revoke'],
    ['link --invite viewer', 'user.invite'],
    ['team create readers', 'team.create'],
    ['team delete readers', 'team.delete'],
  ])('%s writes one row: %s', async (line, action) => {
    const [before] = await newest(1);
    expect((await root.type(line)).tone).not.toBe('danger');
    const [row, previous] = await newest(2);
    expect(row).toMatchObject({ action, user_id: root.user.id });
    expect(previous?.['id']).toBe(before?.['id']);
  });
});

describe('audit', () => {
  it('pages by what it offers, without a gap or a repeat', async () => {
    const all = ((await root.type('audit --limit 100')).data as { id: number }[]).slice(0, 10).map(({ id }) => id);
    // Each page writes a row of its own, newer than those that follow.
    const ids: number[] = [];
    let line = `audit --before ${(all[0] ?? 0) + 1}`;
    const newer = await root.type('audit --limit 3');
    expect(newer.actions).toEqual([
      { label: 'Older', command: expect.stringMatching(/^audit --limit 3 --before \d+$/) },
    ]);
    line = `audit --limit 3 --before ${all[0]}`;
    for (let page = 0; page < 3; page += 1) {
      const reply = await root.type(line);
      ids.push(...(reply.data as { id: number }[]).map(({ id }) => id));
      line = reply.actions?.[0]?.command ?? '';
    }
    expect(ids).toEqual(all.slice(1, 10));
  });

  it('pages through entries of one transaction, and through those whose ids are not in the order of time', async () => {
    await stageOddEntries();
    const seen: number[] = [];
    let line = 'audit --action odd.* --limit 1';
    for (let page = 0; page < 8 && line !== ''; page += 1) {
      const reply = await root.type(line);
      seen.push(...(reply.data as { details: { n: number } }[]).map(({ details }) => details.n));
      line = reply.actions?.[0]?.command ?? '';
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is filtered by action, by its beginning, by resource, project and time', async () => {
    const actions = async (line: string) => {
      const { data } = await root.type(line);
      return [...new Set((data as { action: string }[]).map(({ action }) => action))].sort();
    };
    expect(await actions('audit --action team.create')).toEqual(['team.create']);
    expect(await actions('audit --action team.*')).toEqual(['team.create', 'team.delete']);
    expect(await actions('audit --resource team')).toEqual(['team.create', 'team.delete']);
    expect(await actions('audit --project books')).toContain('application.archive');
    expect(await actions('audit --project shop')).toEqual([]);
    expect(await actions('audit --until 1h')).toEqual([]);
  });

  it('tells the address and the program behind a request over HTTP', async () => {
    const http = { ...root.origin, ipAddress: '203.0.113.7', userAgent: 'curl/8' };
    const { createDispatcher } = await import('../../../src/handlers/dispatch.ts');
    await createDispatcher(deps, commands).dispatch({ line: 'scale shop/api 4' }, http);
    const { data } = await root.type('audit --action application.scale --limit 1');
    expect(data).toEqual([
      expect.objectContaining({ ipAddress: expect.stringContaining('203.0.113.7'), userAgent: 'curl/8' }),
    ]);
  });
});

/** Newest first by time, then by id: three of one moment, with microseconds, then three whose ids grow as they get older. */
async function stageOddEntries(): Promise<void> {
  await executeSql(
    db.database.asSystem(),
    `insert into audit_logs (created_at, action, resource_type, details)
     select date_trunc('second', now()) - interval '10 s' + shift * interval '1 us', 'odd.entry', 'user',
       jsonb_build_object('n', n)
     from (values (1, 3, 900), (2, 2, 900), (3, 1, 900), (4, 4, 800), (5, 5, 700), (6, 6, 600)) odd (n, place, shift)
     order by place`,
  );
}
