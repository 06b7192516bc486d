import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { advisoryLeases } from '../../../src/database/lease.ts';
import { pgBossQueue } from '../../../src/queue/pg-boss.ts';
import type { Swarm } from '../../../src/swarm/swarm.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createDeploymentWorker } from '../../../src/usecases/deployments/run/deployment-worker.ts';
// A process loads this with its first deployment, in a turn that is not about how many wait.
import '../../../src/usecases/deployments/run/run-deployment.ts';
import { recover } from '../../../src/usecases/deployments/run/recover.ts';
import { createIntake } from '../../../src/usecases/pushes/intake.ts';
import { fakeSwarm } from '../../support/fakes.ts';
import { heapInUse } from '../../support/heap-in-use.ts';
import { followTurns } from '../../support/longest-turn.ts';
import { until } from '../../support/until.ts';
import { type IntakeStage, openIntakeStage } from './intake-stage.ts';

const applications = 100;
const pushesEach = 100;
/** Of processor time, which nothing else gets meanwhile. */
const mostTurnMs = 150;
/** Far less than 10,000 of anything. */
const mostKeptBytes = 20_000_000;
/** Its beginning, after which images are named, tells which it is. */
const commit = (application: number, push: number) =>
  (application * 1_000 + push).toString(16).padStart(12, '0').padEnd(40, '0');

let stage: IntakeStage;
let ids: string[];
let repositories: string[];

beforeAll(async () => {
  stage = await openIntakeStage();
  const { project } = await stage.connect();
  const connected = await Promise.all(
    Array.from({ length: applications }, () => stage.connect({ project: { id: project } })),
  );
  ids = connected.map(({ id }) => id);
  repositories = connected.map(({ repository }) => repository);
});
afterAll(() => stage.close());

async function pushAll(): Promise<void> {
  const intake = createIntake(stage.deps);
  const pushTo = async (repository: string, at: number) => {
    const { delivery, event, sources } = await stage.push(repository);
    const [ref] = event.push.refs;
    for (let push = 1; push <= pushesEach; push += 1) {
      const after = commit(at, push);
      const one = { ...event, push: { ...event.push, refs: [{ ...ref, before: commit(at, push - 1), after }] } };
      const named = { ...delivery, deliveryId: after, bodyHash: after };
      const outcome = await intake.accept({ delivery: named, event: one as typeof event, sources });
      expect(outcome).toMatchObject({ deployments: [{ commit: after }] });
    }
  };
  await Promise.all(repositories.map(pushTo));
}

/** Every image is built already, and every roll-out converges at once. */
function quickSwarm(): Swarm {
  return {
    ...fakeSwarm().swarm,
    async findImage(image) {
      const built = Math.floor(Number.parseInt(image.split(/[:-]/).at(-2) ?? '', 16) / 1_000);
      return { id: 'sha256:1', sizeBytes: 1, application: ids[built] ?? '' };
    },
    inspect: async () => undefined,
    list: async () => [],
    async *apply() {
      yield { state: 'converged', healthy: 1, desired: 1, taskErrors: [], version: 1 };
    },
  };
}

/** A process that starts after all of them were pushed, until it has nothing left to do. */
async function startAndFinish(): Promise<void> {
  const logger = pino({ level: 'silent' });
  const queue = pgBossQueue({ databaseUrl: stage.url, database: stage.deps.database, logger, jobTimeoutSeconds: 60 });
  const leases = advisoryLeases(stage.url);
  const deps: Deps = { ...stage.deps, queue, leases, swarm: quickSwarm() };
  await queue.start();
  await recover(deps);
  const worker = await createDeploymentWorker(deps);
  // Each takes a job every two seconds.
  await queue.work(worker, 50);
  await until('nothing waits', async () => (await queue.depth()).waiting + (await queue.depth()).running === 0);
  await queue.stop(0);
  await worker.close();
  await leases.close();
}

const newest = Array.from({ length: applications }, (_, at) => commit(at, pushesEach));

describe('10,000 pushes to 100 applications', () => {
  it('are all accepted without holding others up, and only the newest of each application waits', async () => {
    const before = await heapInUse();
    const longestTurn = followTurns();
    await pushAll();
    expect(longestTurn()).toBeLessThan(mostTurnMs);
    expect((await heapInUse()) - before).toBeLessThan(mostKeptBytes);
    const waiting = await stage.sql(`select commit_sha from deployments where status = 'pending' order by 1`);
    expect(waiting).toEqual(newest.map((commit_sha) => ({ commit_sha })));
    expect(
      await stage.sql(
        `select (select count(*)::int from webhook_deliveries) as deliveries,
                (select count(*)::int from pgboss.job where name = 'deployments') as jobs,
                count(*)::int as superseded
         from deployments d
         where status = 'failed' and metadata ->> 'reason' = 'superseded' and exists (
           select from deployments later where later.id::text = d.metadata ->> 'superseded_by'
             and later.application_id = d.application_id)`,
      ),
    ).toEqual([{ deliveries: 10_000, jobs: 100, superseded: 9_900 }]);
  });

  it('are found by the next start, which deploys the newest of each application and nothing else', async () => {
    const before = await heapInUse();
    const longestTurn = followTurns();
    await startAndFinish();
    expect(longestTurn()).toBeLessThan(mostTurnMs);
    expect((await heapInUse()) - before).toBeLessThan(mostKeptBytes);
    const deployed = await stage.sql(`select commit_sha from deployments where status = 'success' order by 1`);
    expect(deployed).toEqual(newest.map((commit_sha) => ({ commit_sha })));
    expect(await stage.sql(`select distinct status from deployments order by 1`)).toEqual([
      { status: 'failed' },
      { status: 'success' },
    ]);
  });
});
