import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { Application, type ApplicationStatus } from '../../../src/entities/application.ts';
import type { DockerConfig } from '../../../src/entities/application-config.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { Incident } from '../../../src/entities/incident.ts';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { Notification } from '../../../src/entities/notification.ts';
import { NotificationRoute } from '../../../src/entities/notification-route.ts';
import { Project } from '../../../src/entities/project.ts';
import type { Ingress } from '../../../src/ingress/ingress.ts';
import { serviceName } from '../../../src/swarm/names.ts';
import type { ServiceTroubles } from '../../../src/swarm/services/service-troubles.ts';
import type { ServiceStatus, Swarm } from '../../../src/swarm/swarm.ts';
import { watchServices } from '../../../src/usecases/watchers/watch-services.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeIngress, fakeSwarm } from '../../support/fakes.ts';
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

describe('an application whose tasks run and take no connections on its port', () => {
  const docker = { ports: [{ container: 4000 }] };
  let name: string;
  beforeEach(async () => {
    const em = db.database.asSystem();
    await em.nativeDelete(Incident, {});
    const application = await em.findOneOrFail(Application, id, { populate: ['project'] });
    name = serviceName(application.project.name, application.name, id);
    await setDocker(docker);
    await become('running');
  });
  afterAll(() => setDocker({}));

  const setDocker = (dockerConfig: DockerConfig) =>
    db.database.asSystem().nativeUpdate(Application, { id }, { dockerConfig });

  /** @param open Of each of the three tasks, at every look. @param age Of the tasks, milliseconds. */
  async function watchPort(open: boolean[], age = 120_000, over: Partial<Ingress & Swarm> = {}): Promise<string[][]> {
    const tried: string[][] = [];
    const labels = { 'shipmate.application': id };
    const status = { name, image: 'i', version: 1, replicas: 3, running: 3, labels };
    const since = new Date(Date.now() - age);
    const swarm = {
      ...fakeSwarm().swarm,
      list: async () => [status],
      endpoints: async () => open.map((_, at) => ({ service: name, address: `10.0.0.${at}`, since, container: 'c' })),
      explainPort: async () => 'nothing listens on port 4000; the container listens on 3000',
      ...over,
    };
    const reach: Ingress['reach'] = async (addresses) => {
      tried.push([...addresses].sort());
      return new Map(open.map((one, at) => [`10.0.0.${at}:4000`, one]));
    };
    const ingress = { ...fakeIngress().ingress, reach, ...over };
    await watchServices(fakeDeps(db.database, { swarm, ingress }), never, { pauseMs: 1 });
    return tried;
  }

  const incidents = () => db.database.asSystem().find(Incident, {});

  it('is failed, with an incident that says what listens instead, until it takes them again', async () => {
    await watchPort([false, true, false]);
    await watchPort([false, true, false]);
    expect(await status()).toBe('failed');
    const [notification, ...others] = await db.database.asSystem().find(Notification, {});
    expect(others).toEqual([]);
    expect(notification && (await worded(notification)).text).toBe(
      '2 of 3 tasks do not take connections: nothing listens on port 4000; the container listens on 3000.',
    );
    const error = 'nothing listens on port 4000; the container listens on 3000';
    expect(await incidents()).toMatchObject([{ replicas: 3, running: 1, error, endedAt: null }]);
    await watchPort([true, true, true]);
    expect(await status()).toBe('running');
    expect((await incidents())[0]?.endedAt).toBeInstanceOf(Date);
  });

  it('is tried twice, and once when it takes them', async () => {
    const all = ['10.0.0.0:4000', '10.0.0.1:4000', '10.0.0.2:4000'];
    expect(await watchPort([true, true, true])).toEqual([all]);
    expect(await watchPort([true, true, false])).toEqual([all, all]);
  });

  it.each([
    ['while its tasks may still start', {}, 30_000],
    ['where nobody asks for its port', { port_check: 'off' as const }, 120_000],
    ['where the health check asks for it', { healthcheck: { test: ['HTTP', '/healthz'] } }, 120_000],
    ['without a port', { ports: [] }, 120_000],
  ])('is left alone %s', async (_what, settings, age) => {
    await setDocker({ ...docker, ...settings });
    await watchPort([false, false, false], age);
    expect([await status(), await incidents()]).toEqual(['running', []]);
  });

  it('is left alone during a deployment', async () => {
    const application = await db.database.asSystem().findOneOrFail(Application, id, { populate: ['project'] });
    const deployment = await makeDeployment(db.database, { application, status: 'deploying' });
    await watchPort([false, false, false]);
    expect(await status()).toBe('running');
    await db.database.asSystem().nativeDelete(Deployment, { id: deployment.id });
  });

  it('is judged by its tasks where ports cannot be tried, so that what had failed recovers', async () => {
    await become('failed');
    await watchPort([false, false, false], 120_000, { reach: async () => undefined });
    expect(await status()).toBe('running');
  });

  it('fails without a reason from inside when its container cannot be asked', async () => {
    await watchPort([false, false, false], 120_000, { explainPort: () => Promise.reject(new Error('no image')) });
    expect(await incidents()).toMatchObject([{ running: 0, error: 'nothing answers on port 4000' }]);
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
