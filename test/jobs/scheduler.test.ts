import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { advisoryLeases, type Leases } from '../../src/database/lease.ts';
import type { Job } from '../../src/jobs/job.ts';
import { jobs } from '../../src/jobs/index.ts';
import { startScheduler } from '../../src/jobs/scheduler.ts';
import type { Queue } from '../../src/queue/queue.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { fakeDeps, fakeQueue } from '../support/fakes.ts';
import { until } from '../support/until.ts';

let db: TestDatabase;
let leases: Leases;
let stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  leases = advisoryLeases(db.url);
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});
afterAll(async () => {
  await leases.close();
  await db.close();
});

/** A replica whose queue remembers keys, and what it was told to run them with. */
function replica() {
  const keys: string[] = [];
  let handle: Parameters<Queue['workJobs']>[2] = async () => undefined;
  const queue: Queue = {
    ...fakeQueue().queue,
    enqueueJob: async ({ key }) => void keys.push(key),
    workJobs: async (_lane, _concurrency, given) => void (handle = given),
  };
  const deps = fakeDeps(db.database, { queue, leases });
  const job = (name: string) => ({ name, key: `${name}@1`, input: {}, lastAttempt: true });
  return { keys, deps, run: (name: string) => handle(job(name), new AbortController().signal) };
}

async function start(deps: Deps, scheduled: Job[]) {
  const scheduler = await startScheduler(deps, scheduled);
  stops.push(scheduler.stop);
  await scheduler.startTicks();
  return scheduler;
}

const everySecond: Job = { name: 'tick', summary: 'Ticks', schedule: '* * * * * *', run: async () => undefined };

describe('the scheduler', () => {
  it('gives a tick the same key in every replica', async () => {
    const [one, two] = [replica(), replica()];
    await start(one.deps, [everySecond]);
    await start(two.deps, [everySecond]);
    const shared = await until('a tick of both', () => one.keys.find((key) => two.keys.includes(key)));
    expect(shared).toMatch(/^tick@\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  });

  it('enqueues nothing more once it is stopped', async () => {
    const one = replica();
    await start(one.deps, [everySecond]);
    await until('a tick', () => one.keys.length > 0);
    await Promise.all(stops.map((stop) => stop()));
    stops = [];
    const other = replica();
    const seen = one.keys.length;
    await start(other.deps, [everySecond]);
    await until('a tick of another', () => other.keys.length > 0);
    expect(one.keys).toHaveLength(seen);
  });

  it('runs the job that the queue names, and passes over one it does not know', async () => {
    const one = replica();
    const given: Deps[] = [];
    const { counts } = await start(one.deps, [{ ...everySecond, run: async (deps) => void given.push(deps) }]);
    await one.run('tick');
    await expect(one.run('of an older version')).resolves.toBeUndefined();
    expect(given).toEqual([one.deps]);
    expect(counts.read()).toEqual([{ job: 'tick', status: 'success', runs: 1, seconds: expect.any(Number) }]);
  });

  it('runs what an earlier version enqueued under a former name', async () => {
    const one = replica();
    const ran: string[] = [];
    const renamed: Job = { ...everySecond, formerNames: ['tock'], run: async () => void ran.push('tick') };
    const { counts } = await start(one.deps, [renamed]);
    await one.run('tock');
    expect(ran).toEqual(['tick']);
    expect(counts.read()).toMatchObject([{ job: 'tick', status: 'success', runs: 1 }]);
    expect(jobs.find(({ formerNames }) => formerNames?.includes('settle-database'))?.name).toBe('reconcile-database');
  });

  it('has jobs of different names, former ones included', () => {
    const names = jobs.flatMap(({ name, formerNames = [] }) => [name, ...formerNames]);
    expect(new Set(names).size).toBe(names.length);
  });
});
