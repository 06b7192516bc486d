import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { Application } from '../../../src/entities/application.ts';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { Volume } from '../../../src/entities/volume.ts';
import { removeDeleted } from '../../../src/usecases/lifecycle/remove-deleted.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeQueue, fakeSwarm } from '../../support/fakes.ts';
import type { JobRequest } from '../../../src/queue/queue.ts';
import { makePerson, type Person } from '../../support/person.ts';
import type { Deps } from '../../../src/usecases/deps.ts';

let test: TestDatabase;
let deps: Deps;
let ada: Person;
const { swarm, calls } = fakeSwarm();
const jobs: JobRequest[] = [];
const queue = { ...fakeQueue().queue, enqueueJob: async (job: JobRequest) => void jobs.push(job) };
beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database, { swarm, queue });
  ada = await makePerson(deps, 'admin');
});
afterAll(() => test.close());
beforeEach(() => {
  calls.length = 0;
  jobs.length = 0;
});

async function make(name: string, app = 'api'): Promise<Application> {
  const project = await makeProject(test.database, { name, owner: ada.user });
  return makeApplication(test.database, { name: app, project });
}

async function left(table: 'applications' | 'deployments', id: string): Promise<number> {
  const column = table === 'deployments' ? 'application_id' : 'id';
  const sql = `select count(*)::int as n from ${table} where ${column} = $1`;
  const { rows } = await executeSql<{ n: number }>(test.database.asSystem(), sql, [id]);
  return rows[0]?.n ?? Number.NaN;
}

async function lastDetails(action: string): Promise<unknown> {
  const { data } = await ada.type('audit --limit 500');
  return (data as { action: string; details: unknown }[]).find((entry) => entry.action === action)?.details;
}

describe('app delete', () => {
  it('is for what is archived, and takes the history with it', async () => {
    const application = await make('shop');
    await makeDeployment(test.database, { application, status: 'success' });
    expect((await ada.type('app delete shop/api')).text).toBe(
      '`shop/api` is not archived. `app archive shop/api` takes it out of service and can be undone; ' +
        '`app delete shop/api --now` deletes it with its history, for good.',
    );
    await ada.type('app archive shop/api');
    expect(await ada.type('app delete shop/api')).toMatchObject({
      tone: 'success',
      text: '`shop/api` is deleted with its history. What it has on Docker is being removed.',
      data: { application: 'shop/api', deployments: 1, left: [] },
    });
    expect([await left('applications', application.id), await left('deployments', application.id)]).toEqual([0, 0]);
    expect(jobs).toEqual([
      expect.objectContaining({ name: 'remove-application', input: { application: application.id } }),
    ]);
    expect(await lastDetails('application.delete')).toMatchObject({ name: 'shop/api', deployments: 1 });
    expect((await ada.type('app delete shop/api')).text).toBe(
      'No archived application is called `shop/api`. `app list --archived` lists them.',
    );
  });

  it('--now archives it first; data go only when they are named', async () => {
    const application = await make('try');
    await ada.type('volume create try-data try/api /data');
    await ada.type('volume create try-far try/api /far');
    const far = `update volumes set node_id = 'n2', node_name = 'worker' where name = 'try-far'`;
    await executeSql(test.database.asSystem(), far, []);
    expect((await ada.type('app delete try/api --now')).text).toBe(
      'Deleting `try/api` loses the data of `try-data` and `try-far` permanently. To confirm: `app delete try/api --data --now`.',
    );
    expect(await left('applications', application.id)).toBe(1);
    const deleted = await ada.type('app delete try/api --now --data');
    expect(deleted.tone).toBe('warning');
    expect(deleted.text).toMatch(
      /Data stays on node `worker`\. To delete it there: `docker volume rm try-far-[0-9a-f]{8}`\.$/,
    );
    expect(await left('applications', application.id)).toBe(0);
    expect(await test.database.asSystem().count(Volume, { name: { $like: 'try-%' } })).toBe(0);
  });

  it('is refused while a deployment is in progress', async () => {
    const application = await make('busy');
    await makeDeployment(test.database, { application, status: 'deploying' });
    expect((await ada.type('app delete busy/api --now')).text).toContain('A deployment of `busy/api` is in progress.');
    expect(await left('applications', application.id)).toBe(1);
  });

  it('has services, networks, volumes and images removed', async () => {
    const application = await make('gone');
    const image = { application: application.id, tags: ['gone:1', 'gone:2'], sizeBytes: 1, createdAt: new Date() };
    const built = {
      ...deps,
      swarm: { ...swarm, builtImages: async () => [image, { ...image, application: 'other' }] },
    };
    await removeDeleted(built, application.id, AbortSignal.timeout(60_000));
    expect(calls).toEqual([`remove volumes of ${application.id}`, 'remove image gone:1', 'remove image gone:2']);
  });
});

describe('an archived application', () => {
  it('holds no database back', async () => {
    await make('held');
    await ada.type('db create held/main --type redis');
    await ada.type('db attach held/main held/api');
    expect((await ada.type('db delete held/main --data')).text).toContain('`held/api` is attached to it.');
    await ada.type('app archive held/api');
    expect((await ada.type('db delete held/main --data')).text).toBe('`held/main` is deleted.');
    expect(await lastDetails('database.delete')).toMatchObject({ detached: ['held/api'] });
  });
});

describe('project delete', () => {
  it('names everything that holds it back, and with --all deletes it', async () => {
    const application = await make('whole');
    await ada.type('volume create whole-data whole/api /data');
    await makeApplication(test.database, { name: 'old', project: application.project });
    await ada.type('volume create whole-old whole/old /data');
    await ada.type('app archive whole/old');
    await ada.type('db create whole/main --type redis');
    await ada.type('db attach whole/main whole/api');
    expect((await ada.type('project delete whole')).text).toBe(
      '`whole` still has\n- applications: `whole/api` (`app archive`)\n- databases: `whole/main` (`db delete`)\n' +
        '- volumes of archived applications: `whole-old` (`volume remove`)\n' +
        'To delete all of it with its data and backups, for good: `project delete whole --all`.',
    );
    const running = await makeDeployment(test.database, { application, status: 'deploying' });
    expect((await ada.type('project delete whole --all')).text).toBe(
      'Deployments of `whole/api` are in progress. Wait for them, or `cancel whole/api`. Nothing was deleted.',
    );
    await executeSql(test.database.asSystem(), `delete from deployments where id = $1`, [running.id]);
    expect(await ada.type('project delete whole --all')).toMatchObject({
      tone: 'success',
      text: 'Project `whole` is deleted, with `whole/api` and `whole/main`.',
    });
    expect((await ada.type('project show whole')).text).toContain('There is no project `whole`.');
    expect(await test.database.asSystem().count(ManagedDatabase, { name: 'main', project: { name: 'whole' } })).toBe(0);
  });

  it('--all is for its owner', async () => {
    const application = await make('theirs');
    const other = await makePerson(deps, 'admin');
    expect((await other.type('project delete theirs --all')).tone).toBe('danger');
    expect(await left('applications', application.id)).toBe(1);
  });
});
