import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Application } from '../../../src/entities/application.ts';
import type { DeploymentMetadata } from '../../../src/entities/deployment-metadata.ts';
import { Deployment, type DeploymentStatus } from '../../../src/entities/deployment.ts';
import { Incident } from '../../../src/entities/incident.ts';
import type { DigestRequest } from '../../../src/usecases/digests/digest-request.ts';
import { findScope } from '../../../src/usecases/digests/digest-scope.ts';
import { countDays, listFailures, measureDeployments } from '../../../src/usecases/digests/measure-deployments.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';

let db: TestDatabase;
let api: Application;
let web: Application;
beforeAll(async () => {
  db = await createTestDatabase();
  const project = await makeProject(db.database, { name: 'shop' });
  api = await makeApplication(db.database, { name: 'api', project });
  web = await makeApplication(db.database, { name: 'web', project });
});
beforeEach(async () => {
  await db.database.asSystem().nativeDelete(Deployment, {});
  await db.database.asSystem().nativeDelete(Incident, {});
});
afterAll(() => db.close());

/** The week in which summer time ends in Berlin: Monday 9:00 to Monday 9:00 of its clock, an hour more than 7 days. */
const week: DigestRequest = {
  projectId: null,
  pattern: 'shop/*',
  zone: 'Europe/Berlin',
  before: new Date('2026-10-12T07:00:00Z'),
  from: new Date('2026-10-19T07:00:00Z'),
  to: new Date('2026-10-26T08:00:00Z'),
};

interface Past {
  /** When it ended; it began a minute before. */
  at: string;
  status?: DeploymentStatus;
  commit?: string | null;
  application?: Application;
  metadata?: DeploymentMetadata;
}

async function ended({ at, status = 'success', commit, application = api, metadata = {} }: Past): Promise<Deployment> {
  const completedAt = new Date(at);
  return makeDeployment(db.database, {
    application,
    status,
    commitSha: commit === undefined ? randomUUID().replaceAll('-', '').padEnd(40, '0') : commit,
    startedAt: new Date(completedAt.getTime() - 60_000),
    completedAt,
    metadata: { trigger: 'push', ...metadata },
  });
}

async function incident(beganAt: string, endedAt: string): Promise<void> {
  await db.database.asSystem().transactional(async (em) => {
    const times = { beganAt: new Date(beganAt), endedAt: new Date(endedAt) };
    em.create(Incident, { application: api.id as never, replicas: 2, running: 1, ...times });
  });
}

const system = () => db.database.asSystem();

async function measured(request = week, { from, to }: Pick<DigestRequest, 'from' | 'to'> = request) {
  return measureDeployments(system(), await findScope(system(), request), from, to);
}

describe('deployments of a period', () => {
  it('are those that ended in it, from its first moment to before its last', async () => {
    await ended({ at: '2026-10-19T06:59:59Z' });
    await ended({ at: '2026-10-19T07:00:00Z' });
    await ended({ at: '2026-10-26T07:59:59Z', status: 'failed' });
    await ended({ at: '2026-10-26T08:00:00Z' });
    expect(await measured()).toMatchObject({ ended: 2, succeeded: 1, failed: 1, changes: 1 });
    expect(await measured(week, { from: week.before, to: week.from })).toMatchObject({ ended: 1, succeeded: 1 });
  });

  it('are not those that somebody stopped or replaced, of other applications, or not yet ended', async () => {
    await ended({ at: '2026-10-20T12:00:00Z', status: 'failed', metadata: { reason: 'cancelled' } });
    await ended({ at: '2026-10-20T12:00:00Z', status: 'failed', metadata: { reason: 'superseded' } });
    await ended({ at: '2026-10-20T12:00:00Z', status: 'failed', metadata: { reason: 'timed_out' } });
    await ended({ at: '2026-10-20T12:00:00Z', application: await makeApplication(db.database) });
    await makeDeployment(db.database, { application: api, startedAt: new Date('2026-10-20T12:00:00Z') });
    expect(await measured()).toMatchObject({ ended: 1, failed: 1 });
    expect(await measured({ ...week, pattern: 'shop/web' })).toMatchObject({ ended: 0, leadSeconds: null });
  });

  it('are counted by the day of the zone, days without any too', async () => {
    await ended({ at: '2026-10-24T21:59:00Z' });
    await ended({ at: '2026-10-24T22:01:00Z', status: 'rolled_back' });
    await ended({ at: '2026-10-25T22:59:00Z' });
    await ended({ at: '2026-10-25T23:01:00Z', status: 'failed' });
    const days = await countDays(system(), await findScope(system(), week), week, 4);
    expect(days).toEqual([
      { day: '2026-10-23', succeeded: 0, rolledBack: 0, failed: 0 },
      { day: '2026-10-24', succeeded: 1, rolledBack: 0, failed: 0 },
      { day: '2026-10-25', succeeded: 1, rolledBack: 1, failed: 0 },
      { day: '2026-10-26', succeeded: 0, rolledBack: 0, failed: 1 },
    ]);
  });
});

describe('the deployment frequency', () => {
  it('counts successful changes, not rollbacks, by days of 24 hours', async () => {
    for (const day of [20, 21, 22]) await ended({ at: `2026-10-${day}T12:00:00Z` });
    await ended({ at: '2026-10-23T12:00:00Z', metadata: { trigger: 'rollback' } });
    const { changes, changesPerDay } = await measured();
    expect(changes).toBe(3);
    expect(changesPerDay).toBeCloseTo(3 / (7 + 1 / 24), 5);
  });
});

describe('the lead time', () => {
  it('is the median from the commit to its first success', async () => {
    await ended({ at: '2026-10-20T12:00:00Z', metadata: { commit_at: '2026-10-20T11:00:00Z' } });
    await ended({ at: '2026-10-21T12:00:00Z', metadata: { commit_at: '2026-10-21T10:00:00Z' } });
    await ended({ at: '2026-10-22T12:00:00Z', metadata: { commit_at: '2026-10-12T12:00:00Z' } });
    expect((await measured()).leadSeconds).toBe(7_200);
  });

  it('takes the time of a commit from whichever deployment checked it out', async () => {
    const commit = 'a'.repeat(40);
    const metadata = { commit_at: '2026-10-20T08:00:00Z' };
    await ended({ at: '2026-10-20T10:00:00Z', status: 'failed', commit, metadata });
    const first = await ended({ at: '2026-10-20T12:00:00Z', commit });
    // Once more is no new change; promoted it is one of the other application.
    await ended({ at: '2026-10-23T12:00:00Z', commit });
    expect((await measured({ ...week, pattern: 'shop/api' })).leadSeconds).toBe(4 * 3_600);
    const source = await ended({ at: '2026-10-20T12:30:00Z', metadata });
    const promoted_from = { deployment: source.id, application: 'shop/api' };
    const promotion = { trigger: 'promote' as const, promoted_from };
    await ended({ at: '2026-10-21T08:00:00Z', commit: first.commitSha ?? null, application: web, metadata: promotion });
    expect((await measured({ ...week, pattern: 'shop/web' })).leadSeconds).toBe(24 * 3_600);
  });

  it('is from the request on where nobody knows when it was committed, and not of images', async () => {
    await ended({ at: '2026-10-20T12:00:00Z' });
    await ended({ at: '2026-10-20T18:00:00Z', commit: null });
    expect((await measured()).leadSeconds).toBe(60);
  });
});

describe('the change failure rate', () => {
  it('is of the changes that reached the service: rolled back by Swarm, failed in the roll-out, or taken back', async () => {
    await ended({ at: '2026-10-20T10:00:00Z' });
    await ended({ at: '2026-10-20T11:00:00Z', status: 'failed' });
    await ended({ at: '2026-10-20T12:00:00Z', status: 'failed', metadata: { rollout_started: true } });
    await ended({ at: '2026-10-20T13:00:00Z', status: 'rolled_back', metadata: { rollout_started: true } });
    await ended({ at: '2026-10-20T14:00:00Z' });
    await ended({ at: '2026-10-20T15:00:00Z', metadata: { trigger: 'rollback' } });
    expect(await measured()).toMatchObject({ ended: 6, reached: 4, broken: 3 });
  });
});

describe('the time to restore', () => {
  it('is the median of incidents, of roll-outs that were taken back, and until somebody rolled back', async () => {
    await incident('2026-10-20T10:00:00Z', '2026-10-20T10:10:00Z');
    await ended({ at: '2026-10-21T10:00:00Z', status: 'rolled_back', metadata: { durations: { roll_out: 30 } } });
    await ended({ at: '2026-10-22T10:00:00Z' });
    await ended({ at: '2026-10-22T10:20:00Z', metadata: { trigger: 'rollback' } });
    expect((await measured()).restoreSeconds).toBe(600);
  });

  it('counts an outage once that was also seen as an incident', async () => {
    await ended({ at: '2026-10-22T10:00:00Z' });
    await incident('2026-10-22T10:05:00Z', '2026-10-22T10:20:00Z');
    await ended({ at: '2026-10-22T10:20:00Z', metadata: { trigger: 'rollback' } });
    expect((await measured()).restoreSeconds).toBe(900);
  });
});

describe('failures', () => {
  it('are listed newest first with who and why', async () => {
    await ended({
      at: '2026-10-20T12:00:00Z',
      status: 'failed',
      metadata: { requested_by: 'ada', error: 'No space.' },
    });
    await ended({
      at: '2026-10-21T12:00:00Z',
      status: 'rolled_back',
      commit: 'b'.repeat(40),
      metadata: { requested_by: 'bob', error: 'Unhealthy.', commit_title: 'Fix the cart' },
    });
    expect(await listFailures(system(), await findScope(system(), week), week)).toMatchObject([
      { application: 'shop/api', by: 'bob', why: 'Unhealthy.', version: 'bbbbbbb Fix the cart', status: 'rolled_back' },
      { by: 'ada', why: 'No space.', status: 'failed', at: '2026-10-20T12:00:00.000Z' },
    ]);
  });
});
