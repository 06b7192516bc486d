import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { Application } from '../../../src/entities/application.ts';
import { UnavailableError } from '../../../src/errors.ts';
import { labelKeys } from '../../../src/swarm/labels.ts';
import type { NodeUsage, TaskUsage } from '../../../src/swarm/services/task-usage.ts';
import { readMetrics } from '../../../src/usecases/metrics/read-metrics.ts';
import { createSampling } from '../../../src/usecases/metrics/sampling.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { advisoryLeases, type Leases } from '../../../src/database/lease.ts';
import { createTestDatabase, onDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeSwarm } from '../../support/fakes.ts';
import { makePerson } from '../../support/person.ts';

let db: TestDatabase;
let leases: Leases;
let application: Application;
beforeAll(async () => {
  db = await createTestDatabase();
  leases = advisoryLeases(db.url);
  const project = await makeProject(db.database, { name: 'shop' });
  application = await makeApplication(db.database, { name: 'api', project, type: 'compose' });
});
beforeEach(() => executeSql(db.database.asSystem(), 'delete from task_metrics'));
afterAll(async () => {
  await leases.close();
  await db.close();
});

const never = new AbortController().signal;
const mebibyte = 2 ** 20;

const hour = new Date();
hour.setUTCMinutes(0, 0, 0);

/** A moment of today's partitions, `seconds` after the last full hour. */
function at(seconds: number): Date {
  return new Date(hour.getTime() + seconds * 1_000);
}

/** What a task of `service` has used, so many seconds after it was first read. */
function task(service: string, seconds: number, over: Partial<TaskUsage> = {}): TaskUsage {
  return {
    application: application.id,
    service,
    slot: 1,
    container: `${service}-1`,
    readAt: at(seconds).getTime(),
    cpuNanos: seconds * 0.5e9,
    memoryBytes: 100 * mebibyte,
    memoryLimitBytes: 200 * mebibyte,
    receivedBytes: seconds * 1_000,
    sentBytes: seconds * 10,
    ...over,
  };
}

function look(running: TaskUsage[], ended: NodeUsage['ended'] = []): NodeUsage {
  return { running, ended, left: 0 };
}

/** A Shipmate beside an Engine that answers with these, one after the other. */
function shipmate(looks: NodeUsage[], over: Partial<Deps['swarm']> = {}): Deps {
  const { swarm } = fakeSwarm();
  const left = [...looks];
  swarm.usage = async () => left.shift() ?? look([]);
  return fakeDeps(db.database, { leases, swarm: { ...swarm, ...over } });
}

async function sampled(looks: NodeUsage[], everySeconds = 60): Promise<Deps> {
  const deps = shipmate(looks);
  const sampling = createSampling(deps);
  for (const [turn] of looks.entries()) await sampling.sample(never, at(turn * everySeconds));
  await sampling.release();
  return deps;
}

async function rowsOf(seconds: number) {
  const { rows } = await executeSql(
    db.database.asSystem(),
    `select extract(epoch from at - $2::timestamptz)::int as at, service, samples, cpu_seconds, measured_seconds,
       memory_bytes::float8 / ${mebibyte} as memory, memory_peak_bytes::float8 / ${mebibyte} as peak,
       received_bytes::float8 as received, restarts
     from task_metrics where seconds = $1 order by at, service`,
    [seconds, at(0)],
  );
  return rows;
}

describe('usage', () => {
  it('is stored by the minute, by ten minutes and by the hour', async () => {
    const memory = (seconds: number, mebibytes: number) => task('web', seconds, { memoryBytes: mebibytes * mebibyte });
    await sampled([look([memory(0, 100)]), look([memory(60, 160)]), look([memory(120, 130)])]);
    const minute = { service: 'web', samples: 1, restarts: 0 };
    expect(await rowsOf(60)).toEqual([
      { ...minute, at: 0, cpu_seconds: 0, measured_seconds: 0, memory: 100, peak: 100, received: 0 },
      { ...minute, at: 60, cpu_seconds: 30, measured_seconds: 60, memory: 160, peak: 160, received: 60_000 },
      { ...minute, at: 120, cpu_seconds: 30, measured_seconds: 60, memory: 130, peak: 130, received: 60_000 },
    ]);
    const together = { cpu_seconds: 60, measured_seconds: 120, memory: 130, peak: 160, received: 120_000 };
    expect(await rowsOf(600)).toEqual([{ ...minute, at: 0, samples: 3, ...together }]);
    expect(await rowsOf(3_600)).toEqual([{ ...minute, at: 0, samples: 3, ...together }]);
  });

  it('leaves out what is no application of this Shipmate', async () => {
    const foreign = task('web', 0, { application: '00000000-0000-4000-8000-000000000000' });
    await sampled([look([foreign])]);
    expect(await rowsOf(60)).toEqual([]);
  });

  it('is measured by one Shipmate for each node, until it lets go', async () => {
    const [one, other] = [shipmate([look([task('web', 0)])]), shipmate([])].map(createSampling);
    expect(await one?.sample(never, at(0))).toBe('1 task');
    expect(await other?.sample(never, at(0))).toBeUndefined();
    const elsewhere = createSampling(shipmate([], { ownNode: async () => 'node2' }));
    expect(await elsewhere.sample(never, at(0))).toBe('0 tasks');
    await one?.release();
    expect(await other?.sample(never, at(60))).toBe('0 tasks');
    await other?.release();
    await elsewhere.release();
  });

  it('says when there are too many tasks', async () => {
    const sampling = createSampling(shipmate([{ ...look([task('web', 0)]), left: 3 }]));
    expect(await sampling.sample(never, at(0))).toBe('1 task; 3 more are too many and were left out');
    await sampling.release();
  });
});

describe('partitions', () => {
  const names = async () =>
    onDatabase(db.url, async (owner) => {
      const { rows } = await owner.query<{ name: string }>(
        `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'task_metrics'::regclass`,
      );
      return rows.map(({ name }) => name).sort();
    });
  const day = (ahead: number) =>
    new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '_');

  it('are made ahead, take all that is measured, and go when their time is over', async () => {
    const old = { 60: 2, 600: 4, 3_600: 15 };
    await onDatabase(db.url, async (owner) => {
      for (const [seconds, days] of Object.entries(old)) {
        for (const ago of [days, days - 1]) {
          const from = day(-ago).replaceAll('_', '-');
          await owner.query(
            `create table if not exists task_metrics_${seconds}_${day(-ago)} partition of task_metrics
             for values from (${seconds}, '${from}T00:00:00Z') to (${seconds}, '${from}T23:00:00Z')`,
          );
        }
      }
    });
    await sampled([look([task('web', 0)])]);
    const made = Object.keys(old).flatMap((seconds) =>
      [0, 1, 2, 3].map((ahead) => `task_metrics_${seconds}_${day(ahead)}`),
    );
    const kept = Object.entries(old).map(([seconds, days]) => `task_metrics_${seconds}_${day(1 - days)}`);
    expect(await names()).toEqual([...made, ...kept, 'task_metrics_default'].sort());
    const { rows } = await executeSql(
      db.database.asSystem(),
      'select tableoid::regclass::text as at from task_metrics order by 1',
    );
    expect(rows).toEqual(
      Object.keys(old)
        .map((seconds) => ({ at: `task_metrics_${seconds}_${day(0)}` }))
        .sort((a, b) => (a.at < b.at ? -1 : 1)),
    );
  });
});

describe('what people read', () => {
  it('is the sum over the tasks of each service, in steps, without what they may not see', async () => {
    const second = { slot: 2, container: 'web-2', memoryBytes: 190 * mebibyte };
    const end = { application: application.id, service: 'worker', slot: 1, task: 't1' };
    const unlimited = { memoryLimitBytes: undefined };
    const looks = [0, 60].map((seconds) =>
      look(
        [task('web', seconds), task('web', seconds, second), task('worker', seconds, unlimited)],
        seconds === 0 ? [] : [end],
      ),
    );
    const deps = await sampled(looks);
    const { user } = await makePerson(deps, 'super_admin');
    const read = await readMetrics(deps, user, { application: 'shop/api', sinceSeconds: 3_600, now: at(90) });
    expect(read).toMatchObject({ from: at(90 - 3_600), to: at(90), stepSeconds: 60, unmeasured: [] });
    expect(read.services.map(({ points, service }) => ({ service, points }))).toEqual([
      {
        service: 'web',
        points: [
          {
            at: at(0),
            tasks: 2,
            cpuCores: undefined,
            memoryBytes: 290 * mebibyte,
            memoryLimitBytes: 400 * mebibyte,
            memoryShare: 0.95,
            receivedPerSecond: undefined,
            sentPerSecond: undefined,
            restarts: 0,
          },
          expect.objectContaining({ at: at(60), tasks: 2, cpuCores: 1, receivedPerSecond: 2_000, sentPerSecond: 20 }),
        ],
      },
      {
        service: 'worker',
        points: [
          expect.objectContaining({ at: at(0), tasks: 1, memoryLimitBytes: undefined, memoryShare: undefined }),
          expect.objectContaining({ at: at(60), cpuCores: 0.5, restarts: 1 }),
        ],
      },
    ]);
    const node = 'node1';
    expect(read.services[0]?.tasks).toEqual([
      expect.objectContaining({ slot: 1, node, at: at(60), cpuCores: 0.5, memoryBytes: 100 * mebibyte }),
      expect.objectContaining({ slot: 2, node, at: at(60), cpuCores: 0.5, memoryBytes: 190 * mebibyte }),
    ]);
    const stranger = await makePerson(deps, 'viewer');
    await expect(readMetrics(deps, stranger.user, { application: 'shop/api' })).rejects.toThrow('shop/api');
    const { rows } = await db.database
      .asUser(stranger.user.id)
      .transactional((em) => executeSql(em, 'select * from task_metrics'));
    expect(rows).toEqual([]);
  });

  it('names the nodes that run tasks and are not measured', async () => {
    await executeSql(
      db.database.asSystem(),
      `insert into swarm_nodes (id, hostname, role, address, availability, measured_at) values
         ('node1', 'one', 'manager', '10.0.0.1', 'active', now()),
         ('node2', 'two', 'worker', '10.0.0.2', 'active', null),
         ('node3', 'three', 'manager', '10.0.0.3', 'active', now() - interval '6 minutes'),
         ('node4', 'four', 'worker', '10.0.0.4', 'active', null)`,
    );
    const labels = { [labelKeys.application]: application.id, [labelKeys.stackService]: 'web' };
    const service = { name: 'shop-api-web', image: 'x', version: 1, replicas: 3, running: 3, labels };
    const deps = shipmate([], { list: async () => [service], nodesOf: async () => ['node1', 'node2', 'node3'] });
    const { user } = await makePerson(deps, 'super_admin');
    expect((await readMetrics(deps, user, { application: 'shop/api' })).unmeasured).toEqual(['three', 'two']);
    const list = async () => Promise.reject(new UnavailableError('Docker does not answer.'));
    const blind = shipmate([], { list });
    expect((await readMetrics(blind, user, { application: 'shop/api' })).unmeasured).toBeUndefined();
  });
});
