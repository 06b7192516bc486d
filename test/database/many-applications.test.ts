import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../src/database/database.ts';
import type { User } from '../../src/entities/user.ts';
import { readOverview } from '../../src/usecases/overview/read-overview.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeUser } from '../support/factories.ts';
import { testConfig } from '../support/fakes.ts';
import { anyApplication, makeManyApplications } from '../support/many-applications.ts';

type Person = 'member' | 'owner' | 'root';

let db: TestDatabase;
/** Who sees 10,000 applications through a team, 100 that they own, and everything. */
let people: Record<Person, User>;

beforeAll(async () => {
  db = await createTestDatabase();
  const member = await makeUser(db.database);
  const owner = await makeUser(db.database);
  people = { member, owner, root: await makeUser(db.database, { role: 'super_admin' }) };
  await makeManyApplications(db.url, { member, owner });
});
afterAll(() => db.close());

interface Plan {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Plan[];
}

/** The plan that ran, as the person. */
async function planOf(person: Person, sql: string): Promise<Plan> {
  const explain = `explain (analyze, buffers, timing off, format json) ${sql}`;
  const { rows } = await executeSql<{ 'QUERY PLAN': [{ Plan: Plan }] }>(db.database.asUser(people[person].id), explain);
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (!plan) throw new Error('no plan');
  return plan;
}

/** Pages of 8 kB that it looked at. */
const buffers = (plan: Plan) => plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];

/** The most rows that a part of it made. */
function mostRows(plan: Plan): number {
  return Math.max(plan['Actual Rows'] * plan['Actual Loops'], ...(plan.Plans ?? []).map(mostRows));
}

const ofOne = (person: Person, table: string) =>
  `select * from ${table} where application_id = '${anyApplication(person === 'owner' ? 'owner' : 'member')}'`;

describe('statements of people who see 10,000 applications with 300,000 deployments', () => {
  it.each<[string, (person: Person) => string, number]>([
    ['the variables of an application', (person) => ofOne(person, 'env_vars'), 1],
    ['the deployments of one', (person) => ofOne(person, 'deployments'), 30],
    [
      'an application by its full name',
      () =>
        `select a.* from applications a join projects p on p.id = a.project_id
         where p.name = 'many-0500' and a.name = 'app-05' and a.deleted_at is null`,
      1,
    ],
    ['the newest deployments', () => 'select * from deployments order by started_at desc limit 1', 1],
    ['the first projects', () => 'select * from projects order by name, id limit 101', 101],
    ['the first domains', () => 'select * from domains order by domain limit 101', 101],
  ])('reach no more rows than they return for %s', async (_what, sql, rows) => {
    for (const person of ['member', 'root'] as const) {
      const plan = await planOf(person, sql(person));
      expect(plan['Actual Rows']).toBe(rows);
      // An incremental sort takes up to 32 rows more to know that a run has ended; a list of the ids would be 10,000 rows.
      expect(mostRows(plan)).toBeLessThanOrEqual(rows + 32);
      // Policies look up an application and its project for each row, three pages each. A new connection plans.
      expect(buffers(plan)).toBeLessThanOrEqual(300 + 10 * rows);
    }
  });

  it('cost no more than those of somebody who sees 100', async () => {
    const sql = (person: Person) => `${ofOne(person, 'deployments')} order by started_at desc limit 1`;
    const [many, few] = [buffers(await planOf('member', sql('member'))), buffers(await planOf('owner', sql('owner')))];
    expect(many).toBeLessThanOrEqual(2 * few);
  });

  it('find the few deployments of somebody who sees 100 by index', async () => {
    const plan = await planOf('owner', 'select * from deployments');
    expect(plan['Actual Rows']).toBe(3_000);
    expect(mostRows(plan)).toBe(3_000);
  });
});

describe('the overview of 10,000 applications', () => {
  const read = (person: Person, after?: string) =>
    readOverview({ config: testConfig, database: db.database }, people[person], after === undefined ? {} : { after });

  it('shows a page, from which the next one continues', async () => {
    const first = await read('member');
    expect(first.projects.map(({ project }) => project.name)).toEqual(
      Array.from({ length: 10 }, (_, at) => `many-${String(at + 1).padStart(4, '0')}`),
    );
    expect(first.projects.map(({ applications }) => applications.length)).toEqual(Array(10).fill(10));
    expect(first.projects.at(-1)?.applications.at(-1)?.application.id).toBe(first.next);
    expect(first.ended).toHaveLength(10);
    const second = await read('member', first.next);
    expect(second.projects[0]?.project.name).toBe('many-0011');
    expect(second.projects).toHaveLength(10);
  });

  it('ends with the last page', async () => {
    const { next, projects } = await read('owner');
    expect(projects).toHaveLength(10);
    expect(next).toBeUndefined();
  });
});
