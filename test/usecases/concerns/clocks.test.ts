import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createNotifier } from '../../../src/bots/notifier.ts';
import { advisoryLeases } from '../../../src/database/lease.ts';
import { executeSql } from '../../../src/database/database.ts';
import type { Application } from '../../../src/entities/application.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { NotificationRoute } from '../../../src/entities/notification-route.ts';
import { differingClocks } from '../../../src/usecases/concerns/clocks.ts';
import { changeDeployment } from '../../../src/usecases/deployments/deployment-state.ts';
import { runDeployment } from '../../../src/usecases/deployments/run/run-deployment.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { recordingBot } from '../../support/recording-bot.ts';
import { shiftClock } from '../../support/shifted-clock.ts';
import { until } from '../../support/until.ts';
import { progress, says, toldSwarm } from '../deployments/run/told-swarm.ts';

const hourMs = 3_600_000;
let db: TestDatabase;
let application: Application;

beforeAll(async () => {
  db = await createTestDatabase();
  application = await makeApplication(db.database, { name: 'api', replicas: 1 });
});
afterAll(() => db.close());

/** As a request stores it: its start is PostgreSQL's. */
async function requested(): Promise<string> {
  const metadata = { rollback_of: '00000000-0000-4000-8000-000000000000', image: 'app:1' };
  const { id } = await makeDeployment(db.database, { application, metadata });
  await executeSql(db.database.asSystem(), 'update deployments set started_at = clock_timestamp() where id = $1', [id]);
  return id;
}

describe.each([
  ['ahead of', hourMs, 'behind'],
  ['behind', -hourMs, 'ahead of'],
])('a clock that is an hour %s PostgreSQL’s', (_there, byMs, postgres) => {
  it('changes nothing about how long a deployment took and waited', async () => {
    using _clock = shiftClock(byMs);
    const id = await requested();
    const swarm = toldSwarm({ application, calls: [] }, () => says(progress('converged')));
    await runDeployment(fakeDeps(db.database, { swarm }), id, new AbortController().signal);
    const [row] = await db.database.querySystem<{ took: number; told: number; queued: number }>(
      `select extract(epoch from completed_at - started_at)::float as took,
         (metadata ->> 'duration_seconds')::float as told, (metadata #>> '{durations,queue}')::float as queued
       from deployments where id = $1`,
      [id],
    );
    const { queued = NaN, told = NaN, took = NaN } = row ?? {};
    expect(told).toBeGreaterThanOrEqual(queued);
    // Told right before it is stored, and rounded.
    expect(told).toBeLessThanOrEqual(took + 0.05);
    expect(await db.database.asSystem().findOneOrFail(Deployment, id)).toMatchObject({ status: 'success' });
  });

  it('delivers notifications at once', async () => {
    using _clock = shiftClock(byMs);
    const em = db.database.asSystem();
    const route = { platform: 'slack', channel: 'C1', pattern: '*/api', events: ['succeeded'] } as const;
    const { id } = await em.transactional(async (own) =>
      own.create(NotificationRoute, { ...route, events: [...route.events], project: null, createdBy: null }),
    );
    const bot = recordingBot();
    const leases = advisoryLeases(db.url);
    const notifier = createNotifier(fakeDeps(db.database, { leases }), [bot], { pollMs: 20 });
    await notifier.start();
    const deployment = await makeDeployment(db.database, { application, status: 'building' });
    await em.transactional((own) => changeDeployment(db, own, deployment.id, { status: 'success', finished: true }));
    await until('the message', () => bot.did.length > 0);
    expect(bot.did).toHaveLength(1);
    await notifier.stop();
    await leases.close();
    await em.nativeDelete(NotificationRoute, { id });
  });

  it('is told', async () => {
    using _clock = shiftClock(byMs);
    expect(await differingClocks(db)).toEqual([
      {
        name: 'clock',
        why: expect.stringMatching(new RegExp(`^PostgreSQL's clock is .+ ${postgres} this machine's: `)),
      },
    ]);
  });
});

it('clocks that agree are no concern', async () => {
  expect(await differingClocks(db)).toEqual([]);
});
