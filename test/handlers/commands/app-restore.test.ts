import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { Application } from '../../../src/entities/application.ts';
import type { Project } from '../../../src/entities/project.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeQueue } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let db: TestDatabase;
let deps: Deps;
let ada: Person;
let project: Project;
const { queue, enqueued } = fakeQueue();
beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database, { queue });
  ada = await makePerson(deps, 'admin');
  project = await makeProject(db.database, { name: 'shop', owner: ada.user });
});
afterAll(() => db.close());

/** Archived; was live with `image` when that is given. */
async function archived(name: string, image?: string): Promise<Application> {
  const application = await makeApplication(db.database, { name, project });
  if (image) await makeDeployment(db.database, { application, status: 'success', metadata: { image, ref: 'main' } });
  expect((await ada.type(`app archive shop/${name}`)).text).toContain(`\`app restore shop/${name}\` brings it back`);
  return application;
}

describe('app restore', () => {
  it('brings an application back and rolls out the version that was live', async () => {
    const application = await archived('api', 'shop/api:1');
    expect((await ada.type('app list --archived')).table?.rows.map(([name]) => name)).toContain('shop/api');
    const reply = await ada.type('app restore shop/api');
    expect(reply).toMatchObject({ tone: 'success', deploymentId: expect.any(String) });
    expect(enqueued).toContain(application.id);
    const { rows } = await executeSql(
      db.database.asSystem(),
      `select a.status, a.deleted_at, d.metadata ->> 'image' as image, d.status as deployment
       from applications a join deployments d on d.application_id = a.id where d.id = $1`,
      [reply.deploymentId],
    );
    expect(rows).toEqual([{ status: 'stopped', deleted_at: null, image: 'shop/api:1', deployment: 'pending' }]);
    expect((await ada.type('app list')).table?.rows.map(([name]) => name)).toContain('shop/api');
  });

  it('says how to go on when nothing was ever live', async () => {
    await archived('draft');
    expect((await ada.type('app restore shop/draft')).text).toBe(
      '`shop/draft` is back. It has no version to roll out: `deploy shop/draft`.',
    );
  });

  it('does not take the name of another application, and comes back under one of its own', async () => {
    await archived('web');
    await makeApplication(db.database, { name: 'web', project });
    expect((await ada.type('app restore shop/web')).text).toBe(
      '`shop/web` now names another application. Choose a name: `app restore shop/web --as web-restored`.',
    );
    expect((await ada.type('app restore shop/web --as web-restored')).text).toContain('`shop/web-restored` is back. ');
    expect((await ada.type('audit --app shop/web-restored --action application.*')).table?.rows[0]).toEqual([
      expect.any(String),
      ada.user.username,
      'application.restore',
      'name: shop/web → shop/web-restored, status: archived → stopped',
    ]);
  });

  it.each([
    ['app restore shop/nothing', 'No archived application is called `shop/nothing`. `app list --archived` lists'],
    ['app restore api', 'Use the full name, e.g. `app restore shop/api`.'],
    ['app restore shop/api/x', 'Use the full name'],
  ])('answers %s with the next step', async (line, sentence) => {
    expect((await ada.type(line)).text).toContain(sentence);
  });

  it('is for those who manage the project', async () => {
    await archived('secret');
    const stranger = await makePerson(deps, 'admin');
    expect((await stranger.type('app restore shop/secret')).text).toContain('No archived application is called');
    const developer = await makePerson(deps, 'developer');
    expect((await developer.type('app restore shop/secret')).text).toContain('needs the role `admin`');
  });
});

describe('an archived application', () => {
  it('is left out of what people see, but not of the audit log', async () => {
    await archived('gone');
    expect((await ada.type('status shop/gone')).text).toContain('There is no application `shop/gone`.');
    expect((await ada.type('status')).table?.rows.map(([name]) => name)).not.toContain('shop/gone');
    expect((await ada.type('project show shop')).table?.rows.map(([name]) => name)).not.toContain('gone');
    expect((await ada.type('audit --app shop/gone')).table?.rows.map((row) => row[2])).toContain('application.archive');
  });
});
