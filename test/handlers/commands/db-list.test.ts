import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';

let db: TestDatabase;
let crew: Crew;
beforeAll(async () => {
  db = await createTestDatabase();
  crew = await makeCrew(fakeDeps(db.database), 'shop');
  const other = await makeProject(db.database, { name: 'zoo', owner: crew.lea.user });
  for (const [project, prefix, many] of [
    [crew.project.id, 'b', 150],
    [other.id, 'a', 70],
  ] as const) {
    await executeSql(
      db.database.asSystem(),
      `insert into databases (id, project_id, name, type, version, status, config, connection_string, created_at)
       select gen_random_uuid(), $1, $2 || lpad(n::text, 3, '0'), 'redis', '7', 'running', '{}', null, now()
       from generate_series(1, $3::int) n`,
      [project, prefix, many],
    );
  }
});
afterAll(() => db.close());

async function pagesOf(line: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let next: string | undefined = line; next !== undefined;) {
    const { table, text } = await crew.lea.type(next);
    pages.push((table?.rows ?? []).map(([name = '']) => name));
    next = /The next ones: `(.+)`\.$/.exec(text ?? '')?.[1];
  }
  return pages;
}

function names(project: string, prefix: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => `${project}/${prefix}${String(from + at).padStart(3, '0')}`);
}

it('the databases of all projects come in pages', async () => {
  expect(await pagesOf('db list')).toEqual([
    names('shop', 'b', 1, 100),
    [...names('shop', 'b', 101, 150), ...names('zoo', 'a', 1, 50)],
    names('zoo', 'a', 51, 70),
  ]);
});

it('those of one project too', async () => {
  expect(await pagesOf('db list shop')).toEqual([names('shop', 'b', 1, 100), names('shop', 'b', 101, 150)]);
  expect(await pagesOf('db list zoo')).toEqual([names('zoo', 'a', 1, 70)]);
});

it('a page that begins nowhere is refused', async () => {
  expect((await crew.lea.type('db list --after 00000000')).text).toBe(
    '`00000000` is not where a page ends. Each page ends with the command for the next one.',
  );
});
