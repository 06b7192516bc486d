import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Application } from '../../src/entities/application.ts';
import { Notification } from '../../src/entities/notification.ts';
import { NotificationRoute } from '../../src/entities/notification-route.ts';
import { Project } from '../../src/entities/project.ts';
import { notify, type OccurredEvent } from '../../src/usecases/notify.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication } from '../support/factories.ts';

let db: TestDatabase;
let application: Application;
let other: Application;

beforeAll(async () => {
  db = await createTestDatabase();
  application = await makeApplication(db.database, { name: 'api' });
  other = await makeApplication(db.database, { name: 'api' });
});
beforeEach(() => db.database.asSystem().nativeDelete(NotificationRoute, {}));
afterAll(() => db.close());

/** Routes in channels that are called like their patterns; a pattern's project is the one it begins with. */
async function routes(...patterns: string[]): Promise<void> {
  await db.database.asSystem().transactional(async (em) => {
    const projects = await em.find(Project, {});
    for (const pattern of patterns) {
      const project = projects.find(({ name }) => name === pattern.split('/')[0]) ?? null;
      em.create(NotificationRoute, {
        platform: 'slack',
        channel: pattern,
        pattern,
        project,
        createdBy: null,
        events: ['backup-failed', 'unhealthy'],
      });
    }
  });
}

async function notified(where: Pick<OccurredEvent, 'applicationId' | 'resource'>): Promise<string[]> {
  return db.database.asSystem().transactional(async (em) => {
    await notify(em, {
      fact: { kind: 'backup-failed', database: 'shop/orders', type: 'incremental', reason: 'no space' },
      severity: 'danger',
      subject: 'it',
      ...where,
    });
    const all = await em.find(Notification, {}, { populate: ['route'] });
    return all.map(({ route }) => route.channel).sort();
  });
}

const projectOf = ({ project }: Application) => ({ projectId: project.id, name: project.name });

describe('an event of a database', () => {
  it.each([
    ['with its project', (project: string) => `${project}/orders`],
    ['alone', () => 'orders'],
  ])('notifies the routes of its project and of every project that match its name, given %s', async (_how, nameOf) => {
    const { name, projectId } = projectOf(application);
    const foreign = projectOf(other).name;
    await routes('*', '*/api', '*/orders', `${name}/*`, `${name}/api`, `${name}/ord*`, `${foreign}/*`);
    expect(await notified({ resource: { projectId, name: nameOf(name) } })).toEqual(
      ['*', '*/orders', `${name}/*`, `${name}/ord*`].sort(),
    );
  });
});

describe('an event of an application', () => {
  it('is matched by its name, whatever else is given', async () => {
    const { name } = projectOf(application);
    await routes('*/orders', `${name}/*`, `${projectOf(other).name}/*`);
    const resource = { projectId: projectOf(other).projectId, name: 'orders' };
    expect(await notified({ applicationId: application.id, resource })).toEqual([`${name}/*`]);
  });
});

describe('an event of a node', () => {
  it('notifies global routes only', async () => {
    await routes('*', '*/api', `${projectOf(application).name}/*`);
    expect(await notified({})).toEqual(['*', '*/api']);
  });
});
