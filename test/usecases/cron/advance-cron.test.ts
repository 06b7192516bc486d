import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { Application } from '../../../src/entities/application.ts';
import { CronCommand } from '../../../src/entities/cron-command.ts';
import { CronRun } from '../../../src/entities/cron-run.ts';
import { advanceCron } from '../../../src/usecases/cron/advance-cron.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { endRuns } from '../../../src/usecases/one-offs/end-runs.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { printingSwarm } from '../../support/printing-swarm.ts';

let test: TestDatabase;
let swarm: ReturnType<typeof printingSwarm>;
let deps: Deps;
let ada: Person;
let app: Application;
let full: string;
const { signal } = new AbortController();
const minute = 60_000;

beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  swarm = printingSwarm();
  swarm.swarm.logs = async () => ({ lines: ['cleaning', 'token hunter22 used'], missing: [] });
  deps = fakeDeps(test.database, { swarm: swarm.swarm });
  ada = await makePerson(deps, 'admin');
  await executeSql(test.database.asSystem(), 'delete from cron_commands');
  app = await makeApplication(test.database, { project: await makeProject(test.database, { owner: ada.user }) });
  full = `${app.project.name}/${app.name}`;
  swarm.run(app);
});
afterAll(() => test.close());

async function add(options = ''): Promise<string> {
  const reply = await ada.type(`cron add ${full} "*/5 * * * *" ${options} -- node cleanup.js`);
  return (reply.data as { id: string }).id;
}

/** The scheduler's tick, when the newest time of all commands was `lateMs` ago. */
async function tick(lateMs = 1_000): Promise<void> {
  const now = new Date(Math.ceil(Date.now() / (5 * minute)) * 5 * minute + lateMs);
  const sql = `update cron_commands set checked_at = $1`;
  await executeSql(test.database.asSystem(), sql, [new Date(now.getTime() - lateMs - minute)]);
  await executeSql(test.database.asSystem(), `update cron_runs set due_at = due_at - interval '1 day'`);
  await advanceCron(deps, signal, now);
}

async function settle(now = new Date()): Promise<void> {
  await advanceCron(deps, signal, now);
}

async function runs(): Promise<CronRun[]> {
  return test.database.asSystem().find(CronRun, {}, { orderBy: { createdAt: 'asc' } });
}

const lastTask = () => swarm.started.at(-1)?.name ?? '';

async function told(): Promise<string[]> {
  const rows = await executeSql<{ kind: string }>(
    test.database.asSystem(),
    `select payload ->> 'kind' as kind from notifications
     where subject in (select 'cron:' || id || s from cron_commands, unnest(array['', ':missed']) s) order by id`,
  );
  return rows.rows.map(({ kind }) => kind);
}

describe('a scheduled command', () => {
  it('runs once as a task beside the live service, however many look', async () => {
    const id = await add('--timeout 10m');
    await tick();
    await Promise.all([settle(), settle(), settle()]);
    expect(swarm.started).toHaveLength(1);
    const [{ command, labels, service } = {}] = swarm.started;
    const [run] = await runs();
    expect(command).toEqual(['sh', '-c', 'node cleanup.js']);
    expect(service).toBe(swarm.run(app));
    expect(labels).toMatchObject({
      'shipmate.application': app.id,
      'shipmate.cron': run?.id,
      'shipmate.one-off': 'run',
    });
    expect(run).toMatchObject({ status: 'running', attempt: 1, serviceName: lastTask(), cronCommand: { id } });
  });

  it('keeps how it ended, with the end of its output and without secrets', async () => {
    await ada.type(`env set ${full} TOKEN --secret`, { secret: 'hunter22' });
    const id = await add();
    await tick();
    swarm.end(lastTask(), 0);
    await settle();
    expect(await runs()).toMatchObject([{ status: 'succeeded', exitCode: 0, attempt: 1 }]);
    const reply = await ada.type(`cron show ${id}`);
    expect(reply.code).toContain('cleaning');
    expect(JSON.stringify(reply)).not.toContain('hunter22');
    expect(await told()).toEqual([]);
  });

  it('is tried again as often as it may be, and then told', async () => {
    await add('--retries 1');
    await tick();
    swarm.end(lastTask(), 3);
    await settle();
    expect(swarm.started).toHaveLength(2);
    expect(await runs()).toMatchObject([{ status: 'running', attempt: 2 }]);
    swarm.end(lastTask(), 3);
    await settle();
    expect(swarm.started).toHaveLength(2);
    expect(await runs()).toMatchObject([{ status: 'failed', attempt: 2, exitCode: 3, reason: 'exited with code 3' }]);
  });

  it.each([
    ['skip', ['running', 'skipped', 'skipped'], 1],
    ['queue', ['running', 'queued', 'skipped'], 2],
  ])('that has not ended when it is due again: %s', async (overlap, statuses, started) => {
    await add(`--overlap ${overlap}`);
    for (let times = 3; times > 0; times -= 1) await tick();
    expect((await runs()).map(({ status }) => status)).toEqual(statuses);
    swarm.end(lastTask(), 0);
    await settle();
    expect(swarm.started).toHaveLength(started);
  });

  it('is made up for after a short absence, and missed after a long one, which is told', async () => {
    await executeSql(
      test.database.asSystem(),
      `insert into notification_routes (id, platform, channel, pattern, events)
       values (gen_random_uuid(), 'slack', 'C1', '*', '["job-failed"]')`,
    );
    await add();
    await tick(4 * minute);
    expect((await runs()).map(({ status }) => status)).toEqual(['running']);
    swarm.end(lastTask(), 1);
    await settle();
    const long = new Date(Date.now() + 6 * 60 * minute);
    long.setMinutes(14, 0, 0);
    await executeSql(test.database.asSystem(), `update cron_commands set schedule = '0 * * * *', checked_at = $1`, [
      new Date(long.getTime() - 3 * 60 * minute),
    ]);
    await settle(long);
    expect((await runs()).map(({ reason, status }) => [status, reason])).toEqual([
      ['failed', 'exited with code 1'],
      ['missed', 'No Shipmate ran at the last 3 times.'],
    ]);
    expect(await told()).toEqual(['command-failed', 'command-missed']);
  });

  it('that takes too long is ended, with its output, by nobody else', async () => {
    await add('--timeout 1m');
    await tick();
    const late = new Date(Date.now() + 2 * minute);
    await endRuns(deps, late.getTime());
    await settle(late);
    expect(await runs()).toMatchObject([
      {
        status: 'failed',
        reason: 'It did not finish within 1 min, so it was ended.',
        output: expect.stringContaining('cleaning'),
      },
    ]);
    expect(await deps.swarm.oneOffs()).toEqual([]);
  });

  it('whose task is gone has failed, and is not run again by itself', async () => {
    await add('--retries 3');
    await tick();
    await deps.swarm.remove(lastTask());
    await settle(new Date(Date.now() + 2 * minute));
    expect(swarm.started).toHaveLength(1);
    expect(await runs()).toMatchObject([
      { status: 'failed', reason: 'Its task was cancelled, or removed before its end was seen.' },
    ]);
  });

  it('of an application that does not run fails with the next command', async () => {
    await add();
    await deps.swarm.remove(swarm.run(app));
    await tick();
    expect(await runs()).toMatchObject([
      { status: 'failed', reason: `\`${full}\` does not run on Swarm. Deploy it first: \`deploy ${full}\`.` },
    ]);
  });

  it('does nothing while it is disabled, and makes up for nothing afterwards', async () => {
    const id = await add();
    await ada.type(`cron disable ${id}`);
    await tick();
    expect(await runs()).toEqual([]);
    await ada.type(`cron enable ${id}`);
    await settle();
    expect(await runs()).toEqual([]);
    expect((await test.database.asSystem().findOneOrFail(CronCommand, id)).enabled).toBe(true);
  });

  it('runs when somebody asks, one at a time', async () => {
    const id = await add();
    expect((await ada.type(`cron run ${id.slice(0, 8)}`)).tone).toBe('info');
    expect((await ada.type(`cron run ${id}`)).text).toContain('A run of it waits or runs already');
    await settle();
    expect(await runs()).toMatchObject([{ status: 'running', dueAt: null, requestedBy: { id: ada.user.id } }]);
  });

  it('of a compose application names one of its services', async () => {
    app = await makeApplication(test.database, { project: app.project, name: 'stack', type: 'compose' });
    full = `${app.project.name}/stack`;
    const worker = swarm.run(app, 'worker');
    swarm.run(app, 'web');
    expect((await ada.type(`cron add ${full} "0 3 * * *" -- true`)).text).toContain('Choose one with `--service`');
    await add('--service worker');
    await tick();
    expect(swarm.started[0]?.service).toBe(worker);
  });
});

describe('cron add', () => {
  it.each([
    ['"every day"', '`every day` is not a cron expression'],
    ['"0 3 * *"', '`0 3 * *` is not a cron expression'],
    ['"0 3 31 2 *"', '`0 3 31 2 *` is not a cron expression'],
    ['"0 3 * * *" --tz Berlin', '`Berlin` is not a time zone'],
  ])('refuses %s', async (given, sentence) => {
    expect((await ada.type(`cron add ${full} ${given} -- true`)).text).toContain(sentence);
  });

  it('is audited, lists what it added, and removes it with its history', async () => {
    const id = await add();
    const { rows } = await executeSql<{ action: string }>(
      test.database.asSystem(),
      'select action from audit_logs where resource_id = $1',
      [app.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['application.cron_add']);
    expect((await ada.type('cron list')).data).toMatchObject([{ id, application: full, command: 'node cleanup.js' }]);
    await tick();
    expect((await ada.type(`cron remove ${id}`)).tone).toBe('success');
    expect(await runs()).toEqual([]);
    expect((await ada.type(`cron show ${id}`)).text).toContain('There is no scheduled command');
  });
});
