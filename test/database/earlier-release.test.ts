import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectDatabase } from '../../src/database/connect.ts';
import { dumpTables } from '../../src/database/dump-tables.ts';
import { loadTables } from '../../src/database/load-tables.ts';
import { migrate, migrateDownTo, migrateLike } from '../../src/database/migrate.ts';
import { schemaDrift } from '../../src/database/schema-drift.ts';
import { migrationNames } from '../../src/migrations/names.ts';
import { createEmptyDatabase, type EmptyDatabase, onDatabase } from '../support/database.ts';

let empty: EmptyDatabase;
/** The database of an earlier release, as its backup has it: which migrations it ran, and its rows. */
let migrations: string[];
let lines: string[];

beforeEach(async () => {
  const fixture = new URL('../fixtures/databases/earlier-release.ndjson', import.meta.url);
  const [head = '', ...rest] = (await readFile(fixture, 'utf8')).trimEnd().split('\n');
  ({ migrations } = JSON.parse(head) as { migrations: string[] });
  lines = rest;
  empty = await createEmptyDatabase();
  await migrateLike(empty.url, migrations);
});
afterEach(() => empty.close());

async function* each(given: string[]): AsyncGenerator<string> {
  yield* given;
}

async function dumped(): Promise<string[]> {
  const database = await connectDatabase(empty.url);
  try {
    return await database.asSystem().transactional(async (em) => {
      const found: string[] = [];
      for await (const line of dumpTables(em)) found.push(line.trimEnd());
      return found.slice(1);
    });
  } finally {
    await database.close();
  }
}

const nothing = async () => undefined;

describe('the database of an earlier release', () => {
  it('is upgraded with its rows, and comes back as it was', async () => {
    await loadTables(empty.url, each(lines), nothing);
    const later = migrationNames.slice(migrations.length);
    expect(await migrate(empty.url)).toEqual(later);
    expect(await schemaDrift(empty.url)).toBe('');
    const counted = await onDatabase(empty.url, (client) =>
      client.query(`select (select count(*)::int from applications) as applications,
        (select count(*)::int from deployments) as deployments, (select size_bytes from backups) as bytes`),
    );
    expect(counted.rows).toEqual([{ applications: 2, deployments: 3, bytes: '12345678901' }]);
    expect(await migrateDownTo(empty.url, migrations.at(-1) ?? '')).toEqual(later.toReversed());
    expect((await dumped()).sort()).toEqual(lines.toSorted());
  });

  it('is not taken back to what it never was, nor loaded when it breaks off', async () => {
    await expect(migrateDownTo(empty.url, '29991231000000-future')).rejects.toThrow(
      'The database has no migration 29991231000000-future, so there is no way down to it. Nothing was changed.',
    );
    const rows = lines.filter((line) => line.startsWith('[')).length;
    await expect(loadTables(empty.url, each(lines.slice(0, -1)), nothing)).rejects.toThrow(
      `The backup of the database breaks off after ${rows} rows. Take another one.`,
    );
    expect((await dumped()).filter((line) => line.startsWith('['))).toEqual([]);
    const other = lines.map((line) => line.replace('"username"', '"nickname"'));
    await expect(loadTables(empty.url, each(other), nothing)).rejects.toThrow(
      'The backup has other columns in the table users than this version of Shipmate knows.',
    );
  });
});
