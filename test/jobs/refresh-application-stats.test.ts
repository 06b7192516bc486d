import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../src/database/database.ts';
import { refreshApplicationStatsJob } from '../../src/jobs/refresh-application-stats.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeProject } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import { makePerson, type Person } from '../support/person.ts';

let db: TestDatabase;
let deps: Deps;
let ada: Person;
beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database);
  ada = await makePerson(deps, 'developer');
  const project = await makeProject(db.database, { name: 'shop', owner: ada.user });
  for (const status of ['running', 'running', 'stopped', 'failed', 'deploying'] as const) {
    await makeApplication(db.database, { project, status });
  }
  await makeApplication(db.database, { project, status: 'archived', deletedAt: new Date() });
  await makeApplication(db.database);
});
afterAll(() => db.close());

const refresh = () => refreshApplicationStatsJob.run(deps, { input: {}, signal: new AbortController().signal });

describe('application_stats', () => {
  it('counts what is not archived, and status shows it', async () => {
    await refresh();
    const reply = await ada.type('status');
    expect(reply.fields).toEqual([{ name: 'shop', value: '5 applications: 2 running, 1 stopped, 1 failed' }]);
    expect(reply.tone).toBe('warning');
    expect(reply.table?.rows).toHaveLength(5);
  });

  it('is refreshed while others read it', async () => {
    await db.database.asSystem().transactional(async (em) => {
      await executeSql(em, 'select * from application_stats');
      // Without `concurrently` this would wait for the reader above.
      await refresh();
    });
    await executeSql(db.database.asSystem(), `update applications set status = 'running' where status = 'failed'`);
    await refresh();
    expect((await ada.type('status')).fields?.[0]?.value).toBe('5 applications: 3 running, 1 stopped');
  });

  it('shows persons their own projects only, and lets nobody but the system refresh it', async () => {
    const em = db.database.asUser(ada.user.id);
    expect((await executeSql(em, 'select * from app_application_stats(10)')).rows).toHaveLength(1);
    const refused = ['select * from application_stats', 'select refresh_application_stats()'];
    for (const sql of refused) {
      await expect(executeSql(db.database.asUser(ada.user.id), sql)).rejects.toThrow('permission denied');
    }
  });
});
