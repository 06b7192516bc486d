import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Application } from '../../../src/entities/application.ts';
import type { User } from '../../../src/entities/user.ts';
import { listApplications, listByProject, type ListOptions } from '../../../src/usecases/overview/list-applications.ts';
import { applicationName } from '../../../src/usecases/applications/find-application.ts';
import { listProjects } from '../../../src/usecases/projects/list-projects.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject, makeUser } from '../../support/factories.ts';

let db: TestDatabase;
let user: User;
let made: Record<string, Application>;

/** `alpha` with three applications, `beta` without any, `gamma` with one and an archived one; others' are not seen. */
beforeAll(async () => {
  db = await createTestDatabase();
  user = await makeUser(db.database);
  const project = (name: string) => makeProject(db.database, { name, owner: user });
  const [alpha, , gamma] = [await project('alpha'), await project('beta'), await project('gamma')];
  const app = (of: typeof alpha, name: string, more = {}) =>
    makeApplication(db.database, { project: of, name, ...more });
  made = {
    two: await app(alpha, 'two'),
    one: await app(alpha, 'one'),
    three: await app(alpha, 'three'),
    web: await app(gamma, 'web'),
    old: await app(gamma, 'old', { deletedAt: new Date(), status: 'archived' }),
    foreign: await makeApplication(db.database),
  };
});
afterAll(() => db.close());

async function page(options: ListOptions): Promise<string[]> {
  const { applications, next } = await listApplications(db, user, options);
  return [...applications.map(applicationName), ...(next ? [`next: ${next}`] : [])];
}

describe('listApplications', () => {
  it('lists by project and name', async () => {
    expect(await page({})).toEqual(['alpha/one', 'alpha/three', 'alpha/two', 'gamma/web']);
  });

  it('continues behind the application that a page ends with, whether its id is whole or short', async () => {
    const [first, second] = [made['three']?.id ?? '', made['web']?.id ?? ''];
    expect(await page({ most: 2 })).toEqual(['alpha/one', 'alpha/three', `next: ${first}`]);
    expect(await page({ most: 2, after: first })).toEqual(['alpha/two', 'gamma/web']);
    expect(await page({ most: 1, after: first.slice(0, 8) })).toEqual(['alpha/two', `next: ${made['two']?.id}`]);
    expect(await page({ after: second })).toEqual([]);
  });

  it('lists one project, or what is archived', async () => {
    expect(await page({ project: 'gamma' })).toEqual(['gamma/web']);
    expect(await page({ archived: true })).toEqual(['gamma/old']);
  });

  it.each(['nonsense', '00000000', 'foreign'])('refuses to continue behind %s', async (after) => {
    await expect(page({ after: made[after]?.id ?? after })).rejects.toThrow(
      /is not where a page ends. Each page ends with the command for the next one.$/,
    );
  });
});

describe('listByProject', () => {
  const read = async (options: Parameters<typeof listByProject>[1]) =>
    db.database.asUser(user.id).transactional(async (em) => {
      const { entries, next } = await listByProject(em, options);
      return { next, names: entries.map((one) => `${one.project.name}/${one.application?.name ?? ''}`) };
    });

  it('has the projects without applications, and at most so many of each', async () => {
    expect((await read({})).names).toEqual(['alpha/one', 'alpha/three', 'alpha/two', 'beta/', 'gamma/web']);
    expect((await read({ each: 1 })).names).toEqual(['alpha/one', 'beta/', 'gamma/web']);
  });

  it('continues behind a project without applications', async () => {
    const { next, names } = await read({ most: 4 });
    expect(names.at(-1)).toBe('beta/');
    expect((await read({ after: next })).names).toEqual(['gamma/web']);
  });
});

describe('listProjects', () => {
  it('counts what is not archived, and continues behind a project', async () => {
    const { listed, more } = await listProjects(db, user);
    const shown = listed.map(({ applications, project }) => `${project.name} ${applications}`);
    expect({ shown, more }).toEqual({ shown: ['alpha 3', 'beta 0', 'gamma 1'], more: false });
    const rest = await listProjects(db, user, listed[0]?.project.id.slice(0, 8));
    expect(rest.listed.map(({ project }) => project.name)).toEqual(['beta', 'gamma']);
  });
});
