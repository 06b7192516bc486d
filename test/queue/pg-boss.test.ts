import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { pgBossQueue } from '../../src/queue/pg-boss.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { executeSql } from '../../src/database/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeUser } from '../support/factories.ts';
import { until } from '../support/until.ts';

let db: TestDatabase;
let started: Queue[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(started.map((queue) => queue.stop(0)));
  started = [];
});
afterAll(() => db.close());

async function start(): Promise<Queue> {
  const queue = pgBossQueue({
    databaseUrl: db.url,
    database: db.database,
    logger: pino({ level: 'silent' }),
    jobTimeoutSeconds: 60,
  });
  await queue.start();
  started.push(queue);
  return queue;
}

function enqueue(queue: Queue, application: string, turn?: 'when nothing else waits'): Promise<void> {
  return db.database.asSystem().transactional((em) => queue.enqueueDeployment(em, application, turn));
}

/** A worker whose runs last until they are told to end, or aborted. */
function heldWorker() {
  const runs: { application: string; end: () => void }[] = [];
  return {
    runs,
    of: (application: string) => runs.filter((run) => run.application === application),
    run: (application: string, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        runs.push({ application, end: resolve });
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      }),
  };
}

describe('the queue of deployments', () => {
  it('knows a job once its transaction is committed, and never one that was rolled back', async () => {
    const queue = await start();
    const worker = heldWorker();
    await queue.work(worker, 2);
    const [undone, done] = [randomUUID(), randomUUID()];
    const failing = db.database.asSystem().transactional(async (em) => {
      await queue.enqueueDeployment(em, undone);
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    await enqueue(queue, done);
    await until('the run', () => worker.runs.length > 0);
    expect(worker.runs.map(({ application }) => application)).toEqual([done]);
    worker.runs[0]?.end();
    await until('the end', async () => (await queue.depth()).running === 0);
    expect(await queue.depth()).toEqual({ waiting: 0, running: 0 });
  });

  it('takes jobs from transactions of people too', async () => {
    const queue = await start();
    const worker = heldWorker();
    await queue.work(worker, 1);
    const user = await makeUser(db.database);
    const application = randomUUID();
    await db.database.asUser(user.id).transactional((em) => queue.enqueueDeployment(em, application));
    await until('the run', () => worker.of(application).length === 1);
    worker.runs[0]?.end();
  });

  it('leaves the transaction a person’s, who reaches no job', async () => {
    const queue = await start();
    const user = await makeUser(db.database);
    const application = randomUUID();
    const found = db.database.asUser(user.id).transactional(async (em) => {
      await queue.enqueueDeployment(em, application);
      const { rows } = await executeSql<{ role: string; person: string }>(
        em,
        `select current_user as role, current_setting('app.user_id') as person`,
      );
      expect(rows).toEqual([{ role: 'shipmate_app', person: user.id }]);
      throw new Error('on purpose');
    });
    await expect(found).rejects.toThrow('on purpose');
    expect(await queue.depth()).toEqual({ waiting: 0, running: 0 });
    for (const sql of [
      'select from pgboss.job',
      'insert into pgboss.job (name) select name from pgboss.queue',
      `select pgboss.delete_queue('deployments')`,
    ])
      await expect(executeSql(db.database.asUser(user.id), sql)).rejects.toThrow('permission denied for schema pgboss');
  });

  it('lets one job of an application run and one wait, however many are asked for', async () => {
    const queue = await start();
    const worker = heldWorker();
    await queue.work(worker, 3);
    const application = randomUUID();
    await enqueue(queue, application);
    await until('the first run', () => worker.runs.length === 1);
    for (let at = 0; at < 3; at += 1) await enqueue(queue, application);
    expect(await queue.depth()).toEqual({ waiting: 1, running: 1 });
    const other = randomUUID();
    await enqueue(queue, other);
    await until('the run of another application', () => worker.of(other).length === 1);
    expect(worker.of(application)).toHaveLength(1);
    worker.runs.forEach(({ end }) => end());
    await until('the second run', () => worker.of(application).length === 2);
    worker.runs.forEach(({ end }) => end());
    await until('the end', async () => (await queue.depth()).running === 0);
    expect(worker.of(application)).toHaveLength(2);
  });

  it('aborts what does not end in time when it stops, and another queue runs it again', async () => {
    const [stopping, staying] = [await start(), await start()];
    const [first, second] = [heldWorker(), heldWorker()];
    const application = randomUUID();
    await stopping.work(first, 1);
    await enqueue(stopping, application);
    await until('the first run', () => first.runs.length === 1);
    await stopping.stop(0);
    started = [staying];
    await staying.work(second, 1);
    await until('the second run', () => second.of(application).length === 1);
    second.runs[0]?.end();
  });

  it('hands back the jobs whose application nobody holds, and leaves the others', async () => {
    const [dead, alive] = [await start(), await start()];
    const [lost, second] = [heldWorker(), heldWorker()];
    const [abandoned, held] = [randomUUID(), randomUUID()];
    await dead.work(lost, 2);
    await enqueue(dead, abandoned);
    await enqueue(dead, held);
    await until('both runs', () => lost.runs.length === 2);
    await alive.work(second, 2);
    await alive.handBackLost(async (application) => application === held);
    // The one that was thought dead lives on here, and may be the one to take it.
    const runsOf = (application: string) => [...lost.of(application), ...second.of(application)];
    await until('another run', () => runsOf(abandoned).length === 2);
    expect(runsOf(held)).toHaveLength(1);
    [...lost.runs, ...second.runs].forEach(({ end }) => end());
  });
});

describe('deployments that run when nothing else waits', () => {
  const patiently = 'when nothing else waits';

  it('begin after all others, in their order', async () => {
    const queue = await start();
    const [first, second, other] = [randomUUID(), randomUUID(), randomUUID()];
    await enqueue(queue, first, patiently);
    await enqueue(queue, second, patiently);
    await enqueue(queue, other);
    const ran: string[] = [];
    await queue.work({ run: async (application) => void ran.push(application) }, 1);
    await until('all runs', () => ran.length === 3);
    expect(ran).toEqual([other, first, second]);
  });

  it('go before newer ones once they have waited long enough', async () => {
    const queue = await start();
    const [late, fresh, other] = [randomUUID(), randomUUID(), randomUUID()];
    await enqueue(queue, late, patiently);
    await enqueue(queue, fresh, patiently);
    await executeSql(
      db.database.asSystem(),
      `update pgboss.job set created_on = created_on - interval '11 minutes' where singleton_key = $1`,
      [late],
    );
    await enqueue(queue, other);
    await queue.promoteLate(10 * 60_000);
    const ran: string[] = [];
    await queue.work({ run: async (application) => void ran.push(application) }, 1);
    await until('all runs', () => ran.length === 3);
    expect(ran).toEqual([late, other, fresh]);
  });

  it('leave one of several places to others', async () => {
    const queue = await start();
    const worker = heldWorker();
    await queue.work(worker, 2);
    const [first, second, other] = [randomUUID(), randomUUID(), randomUUID()];
    await enqueue(queue, first, patiently);
    await until('the first run', () => worker.of(first).length === 1);
    await enqueue(queue, second, patiently);
    await enqueue(queue, other);
    await until('the run of the other', () => worker.of(other).length === 1);
    expect(worker.runs.map(({ application }) => application)).toEqual([first, other]);
    worker.of(other)[0]?.end();
    await until('the end of the other', async () => (await queue.depth()).running === 1);
    expect(worker.of(second)).toEqual([]);
    worker.of(first)[0]?.end();
    await until('the second run', () => worker.of(second).length === 1);
    worker.of(second)[0]?.end();
  });
});

describe('the queue of scheduled jobs', () => {
  it('runs a job once for a key, whoever enqueues it and however late', async () => {
    const [one, two] = [await start(), await start()];
    const ran: string[] = [];
    const handle = async ({ name }: { name: string }) => void ran.push(name);
    await one.workJobs('quick', 1, handle);
    await two.workJobs('quick', 1, handle);
    const job = (name: string, at: number) => ({ name, lane: 'quick' as const, key: `${name}@${at}` });
    await Promise.all([one.enqueueJob(job('tidy', 1)), two.enqueueJob(job('tidy', 1))]);
    await until('the run', () => ran.length === 1);
    await two.enqueueJob(job('tidy', 1));
    await one.enqueueJob(job('sweep', 1));
    await until('the run of the other', () => ran.includes('sweep'));
    await one.enqueueJob(job('tidy', 2));
    await until('the run with another key', () => ran.length === 3);
    expect(ran).toEqual(['tidy', 'sweep', 'tidy']);
  });

  it('keeps a job and its input only when the transaction it was asked for in commits', async () => {
    const queue = await start();
    const ran: unknown[] = [];
    await queue.workJobs('long', 1, async (job) => void ran.push(job));
    const ask = (key: string, fails: boolean) =>
      db.database.asSystem().transactional(async (em) => {
        await queue.enqueueJob({ name: 'back-up', lane: 'long', key, input: { key } }, em);
        if (fails) throw new Error('on purpose');
      });
    await expect(ask('undone', true)).rejects.toThrow('on purpose');
    await ask('done', false);
    await until('the run', () => ran.length > 0);
    expect(ran).toEqual([{ name: 'back-up', key: 'done', input: { key: 'done' }, lastAttempt: false }]);
  });

  it('does not let a quick job wait for a long one', async () => {
    const queue = await start();
    const ran: string[] = [];
    let end = () => {};
    const held = new Promise<void>((resolve) => (end = resolve));
    await queue.workJobs('long', 1, async () => {
      ran.push('long began');
      await held;
    });
    await queue.workJobs('quick', 1, async () => void ran.push('quick'));
    await queue.enqueueJob({ name: 'back-up', lane: 'long', key: 'held' });
    await until('the long one', () => ran.includes('long began'));
    await queue.enqueueJob({ name: 'tidy', lane: 'quick', key: 'beside it' });
    await until('the quick one', () => ran.includes('quick'));
    end();
  });

  it('answers that it is there', async () => {
    await expect((await start()).ping()).resolves.toBeUndefined();
  });
});
