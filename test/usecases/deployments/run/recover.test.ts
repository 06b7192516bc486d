import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { advisoryLeases, type Leases } from '../../../../src/database/lease.ts';
import type { Deps } from '../../../../src/usecases/deps.ts';
import { recover } from '../../../../src/usecases/deployments/run/recover.ts';
import { applicationLease } from '../../../../src/usecases/deployments/run/deployment-worker.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeDeployment } from '../../../support/factories.ts';
import { fakeDeps, fakeQueue, fakeSwarm } from '../../../support/fakes.ts';

let db: TestDatabase;
let dataDir: string;
let deps: Deps;
let enqueued: string[];
let cleaned: string[];
let handedBack: string[];
let others: Leases;

beforeEach(async () => {
  db = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'shipmate-recover-'));
  others = advisoryLeases(db.url);
  [cleaned, handedBack] = [[], []];
  const fake = fakeQueue();
  enqueued = fake.enqueued;
  const base = fakeDeps(db.database);
  deps = {
    ...base,
    config: { ...base.config, dataDir },
    leases: advisoryLeases(db.url),
    swarm: { ...fakeSwarm().swarm, cleanUpBuild: async (id) => void cleaned.push(id) },
    queue: {
      ...fake.queue,
      async handBackLost(isHeld) {
        for (const id of running) if (!(await isHeld(id))) handedBack.push(id);
      },
    },
  };
});
afterEach(async () => {
  await Promise.all([deps.leases.close(), others.close()]);
  await db.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Applications whose jobs are marked as running. */
let running: string[] = [];

async function checkout(name: string): Promise<void> {
  await mkdir(join(dataDir, 'checkouts', name, 'attempt'), { recursive: true });
  await writeFile(join(dataDir, 'checkouts', name, 'attempt', 'Dockerfile'), '');
}

describe('a start after a crash', () => {
  it('goes on with what nobody runs, and leaves what another one runs', async () => {
    const [building, rollingOut, elsewhere, done] = await Promise.all([
      makeDeployment(db.database, { status: 'building' }),
      makeDeployment(db.database, { status: 'deploying' }),
      makeDeployment(db.database, { status: 'building' }),
      makeDeployment(db.database, { status: 'success' }),
    ]);
    const [first, second, third] = [building, rollingOut, elsewhere].map(({ application }) => application.id);
    running = [first ?? '', third ?? ''];
    await others.tryAcquire(applicationLease(third ?? ''));
    for (const deployment of [building, elsewhere, done]) await checkout(deployment.id);

    await recover(deps);

    expect(enqueued.sort()).toEqual([first, second].sort());
    expect(handedBack).toEqual([first]);
    expect(cleaned).toEqual([building.id]);
    expect(await readdir(join(dataDir, 'checkouts'))).toEqual([elsewhere.id]);
  });

  it('has nothing to do in an empty data folder', async () => {
    running = [];
    await recover(deps);
    expect([enqueued, handedBack, cleaned]).toEqual([[], [], []]);
  });

  it('leaves what nobody has approved yet', async () => {
    const approval = { state: 'waiting', expires_at: new Date().toISOString() } as const;
    await makeDeployment(db.database, { metadata: { approval } });
    await recover(deps);
    expect(enqueued).toEqual([]);
  });
});
