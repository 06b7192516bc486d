import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Catalog, readCatalog } from '../../scripts/data-model/catalog.ts';
import { purposes } from '../../scripts/data-model/purposes.ts';
import { renderDataModel } from '../../scripts/data-model/render.ts';
import { missing, type Statement, testName } from '../../scripts/data-model/statement.ts';
import { statements } from '../../scripts/data-model/statements.ts';
import { createTestDatabase, onDatabase, type TestDatabase } from '../support/database.ts';

let db: TestDatabase;
let catalog: Catalog;
beforeAll(async () => {
  db = await createTestDatabase();
  catalog = await onDatabase(db.url, readCatalog);
});
afterAll(() => db.close());

const root = new URL('../../', import.meta.url);
const named = statements.map((statement): [string, Statement] => [testName(statement), statement]);

describe('the data model', () => {
  it.each(named.filter(([, { facts }]) => facts))('%s', (_name, statement) => {
    expect(missing(catalog, statement)).toEqual([]);
  });

  it.each(named.filter(([, { proof }]) => proof))('%s is proven by a test that exists', async (_name, { proof }) => {
    const [file, words] = proof ?? ['', ''];
    expect(await readFile(new URL(file, root), 'utf8')).toContain(words);
  });

  it('has a proof for every statement, and states nothing twice', () => {
    expect(statements.filter(({ facts, proof }) => !facts && !proof)).toEqual([]);
    expect(new Set(named.map(([name]) => name)).size).toBe(named.length);
  });

  it('would notice what is missing', () => {
    const wrong: Statement = {
      about: 'X',
      says: 'y',
      facts: [{ kind: 'index', table: 'users', definition: 'gin (role)' }],
    };
    expect(missing(catalog, wrong)).toHaveLength(1);
  });
});

describe('docs/data-model.md', () => {
  it('says what every table and column is for, and of no other', () => {
    const said = Object.entries(purposes).map(([table, { columns }]) => [table, Object.keys(columns).sort()]);
    const real = [...catalog.tables.values()].map(({ name, columns }) => [name, columns.map((one) => one.name).sort()]);
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(real));
  });

  it('is up to date (npm run docs)', async () => {
    const written = await readFile(new URL('docs/data-model.md', root), 'utf8');
    expect(written).toBe(renderDataModel(catalog, statements));
  });
});
