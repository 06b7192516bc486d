import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { advisoryLeases, type Leases } from '../../../src/database/lease.ts';
import { Notification } from '../../../src/entities/notification.ts';
import { UserError } from '../../../src/errors.ts';
import type { QueuedJob } from '../../../src/queue/queue.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { tickKey } from '../../../src/usecases/jobs/job-lease.ts';
import type { JobResult } from '../../../src/usecases/jobs/job-result.ts';
import { type RunReport, runJob } from '../../../src/usecases/jobs/run-job.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeUser } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { allWorded } from '../../support/worded.ts';

let db: TestDatabase;
let leases: Leases;
let elsewhere: Leases;
let deps: Deps;
beforeAll(async () => {
  db = await createTestDatabase();
  leases = advisoryLeases(db.url);
  elsewhere = advisoryLeases(db.url);
  deps = fakeDeps(db.database, { leases });
  await sql(
    `insert into notification_routes (id, platform, channel, pattern, events)
     values (gen_random_uuid(), 'slack', 'C1', '*', '["job-failed"]')`,
  );
});
beforeEach(() => sql(`with a as (delete from job_runs) delete from notifications`));
afterAll(async () => {
  await Promise.all([leases.close(), elsewhere.close()]);
  await db.close();
});

async function sql(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await executeSql(db.database.asSystem(), text, values)).rows;
}

const job = { name: 'tidy', summary: 'Tidies', schedule: '* * * * *' };
let minute = 0;

/** The next tick. */
function tick(over: Partial<QueuedJob> = {}): QueuedJob {
  minute += 1;
  return { name: 'tidy', key: tickKey('tidy', new Date(minute * 60_000)), input: {}, lastAttempt: true, ...over };
}

async function run(
  queued: QueuedJob,
  work: (signal: AbortSignal) => Promise<JobResult | void>,
  signal = new AbortController().signal,
): Promise<RunReport[]> {
  const reports: RunReport[] = [];
  await runJob(deps, { job, queued, signal, work, observe: (report) => reports.push(report) }).catch(() => undefined);
  return reports;
}

const fine = async () => 'tidied 3';
const broken = () => Promise.reject(new UserError('The cupboard is locked. Unlock it.'));

function runs(): Promise<Record<string, unknown>[]> {
  return sql('select status, result, error_id, finished_at is not null as ended from job_runs order by id');
}

async function notified(): Promise<unknown[]> {
  const all = await db.database.asSystem().find(Notification, {}, { orderBy: { id: 'asc' } });
  const replies = await allWorded(all);
  return all.map(({ count }, at) => `${replies[at]?.title} (${count})`);
}

function audited(): Promise<Record<string, unknown>[]> {
  return sql(`select user_id, details ->> 'result' as result from audit_logs where action = 'job.fail' order by id`);
}

describe('a run', () => {
  it('is kept with what came of it', async () => {
    expect(await run(tick(), fine)).toEqual([{ job: 'tidy', status: 'success', seconds: expect.any(Number) }]);
    expect(await runs()).toEqual([{ status: 'success', result: 'tidied 3', error_id: null, ended: true }]);
    expect(await notified()).toEqual([]);
  });

  it('that fails by a mistake somebody can mend shows its sentence', async () => {
    await run(tick(), broken);
    expect(await runs()).toMatchObject([{ status: 'failed', result: 'The cupboard is locked. Unlock it.' }]);
  });

  it('that fails by a bug shows the id under which it is logged, and no more', async () => {
    await run(tick(), () => Promise.reject(new Error('select secret')));
    const [row] = await runs();
    expect(row).toMatchObject({ status: 'failed', error_id: expect.stringMatching(/^[0-9a-f]{8}$/) });
    expect(row?.['result']).toBe(
      `Something went wrong (error id ${String(row?.['error_id'])}). ` +
        'Your Shipmate admin can find the details in the log under that id.',
    );
  });

  it('that ends without success says so in its row, is not tried again and is told by whoever worked', async () => {
    const queued = tick({ key: 'tidy:kitchen', input: { room: 'kitchen' } });
    const before = (await audited()).length;
    expect(await run(queued, async () => ({ failed: 'the kitchen burns' }))).toMatchObject([{ status: 'failed' }]);
    expect(await runs()).toEqual([{ status: 'failed', result: 'the kitchen burns', error_id: null, ended: true }]);
    await run(tick({ key: 'tidy:hall', input: { room: 'hall' } }), fine);
    expect([await notified(), (await audited()).length]).toEqual([[], before]);
  });

  it('that is told to stop is interrupted, and goes back to the queue', async () => {
    const stopping = AbortSignal.abort(new Error('shutting down'));
    const request = { job, queued: tick({ lastAttempt: false }), signal: stopping, work: broken };
    await expect(runJob(deps, request)).rejects.toThrow('locked');
    expect(await runs()).toMatchObject([{ status: 'interrupted', result: 'Stopped: shutting down.' }]);
  });

  it('whose process died is interrupted as soon as the next begins', async () => {
    await sql(`insert into job_runs (job, key) values ('tidy', $1), ('tidy', 'with an input')`, [tick().key]);
    const held = await elsewhere.tryAcquire('job:with an input');
    await run(tick(), fine);
    expect((await runs()).map(({ status }) => status)).toEqual(['interrupted', 'running', 'success']);
    await held?.release();
  });

  it('by the schedule is passed over while another is under way', async () => {
    const held = await elsewhere.tryAcquire('job:tidy');
    await runJob(deps, { job, queued: tick(), signal: new AbortController().signal, work: fine });
    expect(await runs()).toEqual([]);
    await held?.release();
  });

  it('that has something to do of its own waits for nobody, and is tried again when a worker still holds it', async () => {
    const queued = tick({ key: 'tidy:kitchen', input: { room: 'kitchen' } });
    const [whole, own] = [await elsewhere.tryAcquire('job:tidy'), await elsewhere.tryAcquire('job:tidy:kitchen')];
    const request = { job, queued, signal: new AbortController().signal, work: fine };
    await expect(runJob(deps, request)).rejects.toThrow('another worker still runs tidy:kitchen');
    await own?.release();
    await runJob(deps, request);
    expect(await runs()).toMatchObject([{ status: 'success' }]);
    await whole?.release();
  });

  it('is one of the newest hundred', async () => {
    await sql(
      `insert into job_runs (job, key, status, finished_at) select 'tidy', n::text, 'success', now()
       from generate_series(1, 150) n union all select 'other', '1', 'success', now()`,
    );
    await run(tick(), fine);
    expect(await sql('select job, count(*)::int as count from job_runs group by job order by job')).toEqual([
      { job: 'other', count: 1 },
      { job: 'tidy', count: 100 },
    ]);
  });
});

describe('a failure', () => {
  it('is notified when the queue does not try again, once for a row of them, and so is that it works again', async () => {
    await run(tick({ lastAttempt: false }), broken);
    expect(await notified()).toEqual([]);
    await run(tick(), broken);
    await run(tick(), broken);
    expect(await notified()).toEqual(['The job tidy failed (2)']);
    await run(tick(), fine);
    expect(await notified()).toEqual(['The job tidy works again (3)']);
    await run(tick(), fine);
    expect(await notified()).toEqual(['The job tidy works again (3)']);
  });

  it('is in the audit log once for a row of them, and each time of a run by hand', async () => {
    const before = (await audited()).length;
    await run(tick(), broken);
    await run(tick(), broken);
    const ada = await makeUser(db.database);
    await run(tick({ requestedBy: ada.id }), broken);
    const result = 'The cupboard is locked. Unlock it.';
    expect((await audited()).slice(before)).toEqual([
      { user_id: null, result },
      { user_id: ada.id, result },
    ]);
  });
});
