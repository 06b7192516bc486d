import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { Application, type ApplicationStatus } from '../../../src/entities/application.ts';
import { Incident } from '../../../src/entities/incident.ts';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { Notification } from '../../../src/entities/notification.ts';
import { NotificationRoute } from '../../../src/entities/notification-route.ts';
import { Project } from '../../../src/entities/project.ts';
import type { ServiceStatus, ServiceTroubles } from '../../../src/swarm/swarm.ts';
import { watchServices } from '../../../src/usecases/watchers/watch-services.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeSwarm } from '../../support/fakes.ts';
import { allWorded, worded } from '../../support/worded.ts';

const never = new AbortController().signal;
let db: TestDatabase;
let id: string;
beforeAll(async () => {
  db = await createTestDatabase();
  id = (await makeApplication(db.database)).id;
  await db.database.asSystem().transactional(async (em) => {
    const where = { platform: 'slack', channel: 'C1', pattern: '*/*', events: ['unhealthy'] } as const;
    em.create(NotificationRoute, { ...where, events: [...where.events], project: null, createdBy: null });
  });
});
beforeEach(async () => {
  await db.database.asSystem().nativeDelete(Notification, {});
});
afterAll(() => db.close());

/** Looks at a service of three tasks of which so many run at each look. */
async function watch(
  running: number[],
  over: Partial<ServiceStatus> = {},
  troubles: ServiceTroubles = { ended: 0, errors: [] },
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<void> {
  const looks = [...running];
  const list = async (): Promise<ServiceStatus[]> => {
    await meanwhile();
    const labels = { 'shipmate.application': id };
    return [{ name: 's', image: 'i', version: 1, replicas: 3, running: looks.shift() ?? 3, labels, ...over }];
  };
  await watchServices(
    fakeDeps(db.database, { swarm: { ...fakeSwarm().swarm, list, troubles: async () => troubles } }),
    never,
    { pauseMs: 1 },
  );
}

async function become(status: ApplicationStatus): Promise<void> {
  await db.database.asSystem().nativeUpdate(Application, { id }, { status });
}

async function status(): Promise<string> {
  return (await db.database.asSystem().findOneOrFail(Application, id)).status;
}

async function notified(): Promise<[severity: string, title: string][]> {
  const rows = await db.database.asSystem().find(Notification, {});
  const replies = await allWorded(rows);
  return rows.map(({ severity }, at) => [severity, replies[at]?.title ?? '']);
}

describe('a service that lost its tasks', () => {
  it('makes the application failed, which is notified once', async () => {
    await become('running');
    await watch([1, 1, 1]);
    await watch([1, 1, 1]);
    expect(await status()).toBe('failed');
    expect(await notified()).toEqual([['danger', expect.stringContaining('is unhealthy')]]);
    const sql = `select details from audit_logs where action = 'application.unhealthy'`;
    expect((await executeSql(db.database.asSystem(), sql)).rows).toEqual([{ details: { running: 1, replicas: 3 } }]);
  });

  it('is not one that is only coming up between the looks', async () => {
    await become('deploying');
    await watch([0, 0, 3], {}, undefined, () => become('running'));
    expect([await status(), await notified()]).toEqual(['running', []]);
  });

  it('is running again once all of them are', async () => {
    await become('failed');
    await watch([2, 3, 3]);
    expect(await status()).toBe('failed');
    await watch([3, 3, 3]);
    expect(await status()).toBe('running');
    expect(await notified()).toEqual([['danger', expect.stringContaining('is healthy')]]);
  });
});

describe('an incident', () => {
  beforeEach(async () => {
    await db.database.asSystem().nativeDelete(Incident, {});
    await become('running');
  });

  const incidents = () => db.database.asSystem().find(Incident, {});

  it('says what the tasks say, how many ended, and when it was over', async () => {
    await watch([0, 1, 0], {}, { ended: 5, errors: ['exited with code 1', 'no space'], lastEndedAt: new Date() });
    const [notification] = (await db.database.asSystem().find(Notification, {})) as [Notification];
    expect(await worded(notification)).toMatchObject({
      text: 'Only 0 of 3 tasks are running.\n5 tasks exited in the last ten minutes: exited with code 1; no space.',
    });
    expect(await incidents()).toMatchObject([{ restarts: 5, error: 'exited with code 1', running: 0, endedAt: null }]);
    await watch([3, 3, 3]);
    expect((await incidents())[0]?.endedAt).toBeInstanceOf(Date);
  });

  it('is not over while tasks end every minute, though they run at the looks', async () => {
    await watch([1, 1, 1]);
    await watch([3, 3, 3], {}, { ended: 4, errors: [], lastEndedAt: new Date(Date.now() - 20_000) });
    expect(await status()).toBe('failed');
    await watch([3, 3, 3], {}, { ended: 4, errors: [], lastEndedAt: new Date(Date.now() - 90_000) });
    expect(await status()).toBe('running');
  });

  it('is over when somebody stops the application', async () => {
    await watch([1, 1, 1]);
    await become('stopped');
    await watch([0, 0, 0], { replicas: 0 });
    expect((await incidents())[0]?.endedAt).toBeInstanceOf(Date);
  });
});

describe('a service that is well, or not to be judged', () => {
  it.each([
    ['was between two tasks at one look', [2, 3, 3], {}],
    ['is being updated', [1, 1, 1], { updateState: 'updating' }],
    ['was stopped', [0, 0, 0], { replicas: 0 }],
  ])('notifies nobody: %s', async (_what, running, over) => {
    await become('running');
    await watch(running, over);
    expect([await status(), await notified()]).toEqual(['running', []]);
  });

  it('notifies nobody while a deployment is under way', async () => {
    await become('running');
    const application = await db.database.asSystem().findOneOrFail(Application, id, { populate: ['project'] });
    await makeDeployment(db.database, { application, status: 'deploying' });
    await watch([1, 1, 1]);
    expect([await status(), await notified()]).toEqual(['running', []]);
  });
});

describe('the service of a database', () => {
  it('makes the database failed, and running again, and notifies the routes of its project', async () => {
    const project = await makeProject(db.database);
    const database = await db.database.asSystem().transactional(async (em) => {
      const row = { name: 'orders', type: 'postgresql', version: '17', status: 'running' } as const;
      return em.create(ManagedDatabase, { ...row, project: em.getReference(Project, project.id) });
    });
    const labels = { 'shipmate.database': database.id };
    const state = async () => (await db.database.asSystem().findOneOrFail(ManagedDatabase, database.id)).status;
    await watch([0, 0, 0], { labels, replicas: 1 });
    await watch([0, 0, 0], { labels, replicas: 1 });
    expect(await state()).toBe('failed');
    expect(await notified()).toEqual([['danger', `The database ${project.name}/orders is unhealthy`]]);
    await watch([1, 1, 1], { labels, replicas: 1 });
    expect(await state()).toBe('running');
    expect(await notified()).toEqual([['danger', `The database ${project.name}/orders is healthy again`]]);
  });
});
