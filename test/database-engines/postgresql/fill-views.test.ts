import { expect, it } from '@jest/globals';
import type pg from 'pg';
import { fillViews, leaveViews } from '../../../src/database-engines/postgresql/fill-views.ts';
import { createEmptyDatabase, onDatabase } from '../../support/database.ts';

const far = (does: string) =>
  `create or replace function public.far() returns int language plpgsql as $$begin ${does}; end$$`;
const views = [
  'create materialized view public.z_read as select 4 as id with no data',
  `create function public.reads() returns int language sql as 'select id from public.z_read'`,
  'create materialized view public.by_function as select public.reads() with no data',
  'create materialized view public."far ""away*" as select public.far() with no data',
  'create materialized view public.behind as select * from public."far ""away*" with no data',
];
const names = ['z_read', 'by_function', '"far ""away*"', 'behind'];

async function queries(client: pg.Client, all: string[]): Promise<void> {
  for (const one of all) await client.query(one);
}

async function printed(client: pg.Client, query: string): Promise<string[]> {
  const { rows } = await client.query<{ format: string }>(query);
  return rows.map(({ format }) => format);
}

it('fills materialized views in the order that they need, but those of a server out of reach', async () => {
  await using source = await createEmptyDatabase();
  await using target = await createEmptyDatabase();
  const [left, fill] = await onDatabase(source.url, async (client) => {
    expect(await printed(client, fillViews)).toEqual([]);
    await queries(client, [far('return 1'), ...views]);
    for (const name of names) await client.query(`refresh materialized view ${name}`);
    return [await printed(client, leaveViews), (await printed(client, fillViews))[0] ?? ''];
  });
  expect(left.toSorted()).toContain('--exclude-table-data="public"."far ""away*"');
  await onDatabase(target.url, async (client) => {
    await queries(client, [far(`raise sqlstate '08001'`), ...views]);
    await client.query(`select set_config('search_path', '', false)`);
    await client.query(fill);
    const filled = await client.query('select relname from pg_class where relispopulated and relkind = $1 order by 1', [
      'm',
    ]);
    expect(filled.rows.map(({ relname }: { relname: string }) => relname)).toEqual(['by_function', 'z_read']);
    await client.query(far('return 1 / 0'));
    await expect(client.query(fill)).rejects.toThrow(
      'refresh materialized view public."far ""away*" failed: division by zero',
    );
  });
});
