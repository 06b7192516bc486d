import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { executeSql } from '../../../src/database/database.ts';
import { advisoryLeases, type Leases } from '../../../src/database/lease.ts';
import { jobs } from '../../../src/jobs/index.ts';
import { startScheduler } from '../../../src/jobs/scheduler.ts';
import { pgBossQueue } from '../../../src/queue/pg-boss.ts';
import type { Queue } from '../../../src/queue/queue.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let db: TestDatabase;
let leases: Leases;
let elsewhere: Leases;
let queue: Queue;
let stop: () => Promise<void>;
let deps: Deps;
let ada: Person;
beforeAll(async () => {
  db = await createTestDatabase();
  leases = advisoryLeases(db.url);
  elsewhere = advisoryLeases(db.url);
  queue = pgBossQueue({
    databaseUrl: db.url,
    database: db.database,
    logger: pino({ level: 'silent' }),
    jobTimeoutSeconds: 60,
  });
  await queue.start();
  deps = fakeDeps(db.database, { leases, queue });
  // Without the ticks of their schedules.
  ({ stop } = await startScheduler(
    deps,
    jobs.map(({ schedule: _schedule, ...job }) => job),
  ));
  ada = await makePerson(deps, 'admin');
});
afterAll(async () => {
  await stop();
  await queue.stop(0);
  await Promise.all([leases.close(), elsewhere.close()]);
  await db.close();
});

describe('schedule run', () => {
  it('runs the job at once, shows what came of it, and is audited under the person', async () => {
    const reply = await ada.type('schedule run ensure-audit-partitions');
    expect(reply).toMatchObject({
      tone: 'success',
      title: expect.stringMatching(/^ensure-audit-partitions: success, [\d.]+ m?s$/),
      data: { run: { status: 'success', requestedBy: ada.user.username } },
    });
    const sql = `select user_id, details ->> 'job' as job from audit_logs where action = 'job.run'`;
    expect((await executeSql(db.database.asSystem(), sql)).rows).toEqual([
      { user_id: ada.user.id, job: 'ensure-audit-partitions' },
    ]);
  });

  it.each([
    ['schedule run reconcile-ingres', 'Did you mean `reconcile-ingress`?'],
    ['schedule run nothing', '`schedule list` shows them.'],
    ['schedule run expire-approvals --dry-run', 'has no dry run'],
  ])('%s is refused with the next step', async (line, sentence) => {
    expect(await ada.type(line)).toMatchObject({ tone: 'danger', text: expect.stringContaining(sentence) });
  });

  it('refuses while a run is under way', async () => {
    const held = await elsewhere.tryAcquire('job:watch-services');
    expect((await ada.type('schedule run watch-services')).text).toContain('is already running');
    await held?.release();
  });

  it('needs an admin', async () => {
    const bob = await makePerson(deps, 'developer');
    for (const line of ['schedule list', 'schedule show watch-services', 'schedule run watch-services']) {
      expect((await bob.type(line)).text).toContain('needs the role `admin`');
    }
  });
});

describe('schedule list', () => {
  it('shows every job with its next time and what came of its last run', async () => {
    const { table, data } = await ada.type('schedule list');
    expect(table?.rows.map(([name]) => name)).toEqual(jobs.map(({ name }) => name));
    const row = table?.rows.find(([name]) => name === 'ensure-audit-partitions');
    expect(row?.[2]).toMatch(/^\d{4}-\d\d-\d\d 02:07$/);
    expect(row?.slice(3)).toEqual([
      expect.stringMatching(/^\d+ s ago$/),
      expect.stringMatching(/^success, [\d.]+ m?s$/),
    ]);
    expect(data).toContainEqual(expect.objectContaining({ name: 'expire-approvals', last: null }));
  });

  it('says of a run whose process died that it was interrupted, before the next one begins', async () => {
    const insert = `insert into job_runs (job, key) values ('reconcile-ingress', 'reconcile-ingress@2026-01-01T00:00:00.000Z')`;
    await executeSql(db.database.asSystem(), insert);
    const last = async () => {
      const { table } = await ada.type('schedule list');
      return table?.rows.find(([name]) => name === 'reconcile-ingress')?.[4];
    };
    expect(await last()).toBe('interrupted');
    const held = await elsewhere.tryAcquire('job:reconcile-ingress');
    expect(await last()).toBe('running');
    await held?.release();
  });
});

describe('schedule show', () => {
  it('shows the runs of one job, the newest first', async () => {
    await ada.type('schedule run ensure-audit-partitions');
    const { table, text, data } = await ada.type('schedule show ensure-audit-partitions --limit 1');
    expect(text).toMatch(/^Creates the audit log’s partitions .*\. Next at \d{4}-\d\d-\d\d 02:07 UTC\.$/);
    expect(table?.rows).toEqual([
      [expect.any(String), expect.any(String), 'success', ada.user.username, expect.any(String)],
    ]);
    expect(data).toHaveLength(1);
  });
});
