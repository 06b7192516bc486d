import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Application } from '../../src/entities/application.ts';
import { Notification } from '../../src/entities/notification.ts';
import { NotificationRoute } from '../../src/entities/notification-route.ts';
import { Project } from '../../src/entities/project.ts';
import { type Happening, notify } from '../../src/usecases/notify.ts';
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

async function told(where: Pick<Happening, 'applicationId' | 'resource'>): Promise<string[]> {
  return db.database.asSystem().transactional(async (em) => {
    await notify(em, {
      event: 'backup-failed',
      severity: 'danger',
      subject: 'it',
      reply: { tone: 'danger' },
      ...where,
    });
    const all = await em.find(Notification, {}, { populate: ['route'] });
    return all.map(({ route }) => route.channel).sort();
  });
}

const projectOf = ({ project }: Application) => ({ projectId: project.id, name: project.name });

describe('what happens to a database', () => {
  it.each([
    ['with its project', (project: string) => `${project}/orders`],
    ['alone', () => 'orders'],
  ])(
    'is told to the routes of its project and of every project that match its name, given %s',
    async (_how, nameOf) => {
      const { name, projectId } = projectOf(application);
      const foreign = projectOf(other).name;
      await routes('*', '*/api', '*/orders', `${name}/*`, `${name}/api`, `${name}/ord*`, `${foreign}/*`);
      expect(await told({ resource: { projectId, name: nameOf(name) } })).toEqual(
        ['*', '*/orders', `${name}/*`, `${name}/ord*`].sort(),
      );
    },
  );
});

describe('what happens to an application', () => {
  it('is told by its name, whatever else is given', async () => {
    const { name } = projectOf(application);
    await routes('*/orders', `${name}/*`, `${projectOf(other).name}/*`);
    const resource = { projectId: projectOf(other).projectId, name: 'orders' };
    expect(await told({ applicationId: application.id, resource })).toEqual([`${name}/*`]);
  });
});

describe('what happens to a node', () => {
  it('is told to the routes of every project', async () => {
    await routes('*', '*/api', `${projectOf(application).name}/*`);
    expect(await told({})).toEqual(['*', '*/api']);
  });
});
