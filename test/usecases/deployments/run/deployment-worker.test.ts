import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../../src/database/database.ts';
import type { Leases } from '../../../../src/database/lease.ts';
import type { Application } from '../../../../src/entities/application.ts';
import { Deployment } from '../../../../src/entities/deployment.ts';
import { createDeploymentWorker } from '../../../../src/usecases/deployments/run/deployment-worker.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication, makeDeployment, makeUser } from '../../../support/factories.ts';
import { fakeDeps } from '../../../support/fakes.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const ours: Leases = {
  tryAcquire: async () => ({ lost: new AbortController().signal, release: async () => undefined }),
  isHeld: async () => true,
  close: async () => undefined,
};

/** Works on the application until there is nothing left; the deployments fail for want of a commit. */
async function work({ id }: Application): Promise<void> {
  const worker = await createDeploymentWorker(fakeDeps(db.database, { leases: ours }));
  await worker.run(id, new AbortController().signal);
  await worker.close();
}

async function waiting(application: Application, minutesAgo: number, commitSha: string | null = null) {
  const startedAt = new Date(Date.now() - minutesAgo * 60_000);
  const made = await makeDeployment(db.database, { application, startedAt, commitSha });
  const sql = `insert into approvals (id, deployment_id, expires_at) values (gen_random_uuid(), $1, now() + interval '1 day')`;
  await executeSql(db.database.asSystem(), sql, [made.id]);
  return made;
}

async function statusOf({ id }: Deployment): Promise<string> {
  return (await db.database.asSystem().findOneOrFail(Deployment, id)).status;
}

describe('the worker', () => {
  it('leaves a deployment that nobody has approved, and takes it once somebody has', async () => {
    const application = await makeApplication(db.database);
    const held = await waiting(application, 2);
    const interrupted = await makeDeployment(db.database, { application, status: 'building', commitSha: null });
    await work(application);
    expect([await statusOf(held), await statusOf(interrupted)]).toEqual(['pending', 'failed']);
    const by = await makeUser(db.database);
    const sql = `update approvals set decision = 'approved', decided_at = now(), decided_by = $2 where deployment_id = $1`;
    await executeSql(db.database.asSystem(), sql, [held.id, by.id]);
    await work(application);
    expect(await statusOf(held)).toBe('failed');
  });

  it.each(['denied', 'expired'])('leaves one whose approval was %s, whatever its row says', async (decision) => {
    const application = await makeApplication(db.database);
    const held = await waiting(application, 1);
    const sql = 'update approvals set decision = $2, decided_at = now() where deployment_id = $1';
    await executeSql(db.database.asSystem(), sql, [held.id, decision]);
    await work(application);
    expect(await statusOf(held)).toBe('pending');
  });
});
