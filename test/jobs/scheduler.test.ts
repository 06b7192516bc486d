import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/jobs/job.ts';
import { jobs } from '../../src/jobs/index.ts';
import { startScheduler } from '../../src/jobs/scheduler.ts';
import type { Queue } from '../../src/queue/queue.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { fakeDeps, fakeQueue } from '../support/fakes.ts';
import { until } from '../support/until.ts';

let db: TestDatabase;
let stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});
afterAll(() => db.close());

/** A replica whose queue remembers keys, and what it was told to run them with. */
function replica() {
  const keys: string[] = [];
  let handle: Parameters<Queue['workJobs']>[2] = async () => undefined;
  const queue: Queue = {
    ...fakeQueue().queue,
    enqueueJob: async ({ key }) => void keys.push(key),
    workJobs: async (_lane, _concurrency, given) => void (handle = given),
  };
  const deps = fakeDeps(db.database, { queue });
  return { keys, deps, run: (name: string) => handle(name, {}, new AbortController().signal) };
}

async function start(deps: Deps, scheduled: Job[]): Promise<void> {
  const { stop } = await startScheduler(deps, scheduled);
  stops.push(stop);
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
    await start(one.deps, [{ ...everySecond, run: async (deps) => void given.push(deps) }]);
    await one.run('tick');
    await expect(one.run('of an older version')).resolves.toBeUndefined();
    expect(given).toEqual([one.deps]);
  });

  it('has jobs of different names', () => {
    expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length);
  });
});
