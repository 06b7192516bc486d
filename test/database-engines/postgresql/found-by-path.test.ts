import { expect, it } from '@jest/globals';
import type pg from 'pg';
import { resetPaths, setPaths } from '../../../src/database-engines/postgresql/found-by-path.ts';
import { createEmptyDatabase, onDatabase } from '../../support/database.ts';

const functions = [
  'create schema lib',
  'create schema "Odd ""s"',
  `create function lib.helper(int) returns int language sql immutable as 'select $1 + 1'`,
  `create function "Odd ""s"."f'n"(int) returns int language plpgsql immutable set work_mem = '8MB' as 'begin return helper($1); end'`,
  `create function resolved(int) returns int language sql immutable begin atomic select $1; end`,
];
const users = [
  `create table things (id int, next int generated always as ("Odd ""s"."f'n"(id)) stored, check (resolved(id) > 0))`,
  `create index found on things ("Odd ""s"."f'n"(id))`,
  'insert into things values (1)',
  `create materialized view computed as select "Odd ""s"."f'n"(id) from things`,
];

/** What a query prints: the lines of one row. */
async function printed(client: pg.Client, query: string): Promise<string[]> {
  const { rows } = await client.query<{ format: string }>(query);
  return rows.map(({ format }) => format);
}

it('functions that find others by search_path can be used while a dump is loaded, and are as they were then', async () => {
  await using source = await createEmptyDatabase();
  await using target = await createEmptyDatabase();
  const [set, reset] = await onDatabase(source.url, async (client) => {
    expect([await printed(client, setPaths), await printed(client, resetPaths)]).toEqual([[], []]);
    await client.query('set search_path = public, lib');
    for (const sql of functions) await client.query(sql);
    // On 17 and later an index is made without any search_path.
    await client.query(`alter function "Odd ""s"."f'n" set search_path = lib`);
    for (const sql of users) await client.query(sql);
    await client.query(`alter function "Odd ""s"."f'n" reset search_path`);
    return [await printed(client, setPaths), await printed(client, resetPaths)];
  });
  await onDatabase(target.url, async (client) => {
    for (const sql of set ?? []) await client.query(sql);
    await client.query(`select set_config('search_path', '', false)`);
    await client.query('set check_function_bodies = false');
    for (const sql of [...functions, ...users])
      await client.query(sql.replaceAll(/\b(resolved|things|computed)\b/g, 'public.$1'));
    for (const sql of reset ?? []) await client.query(sql);
    const { rows } = await client.query('select next, computed.* from public.things, public.computed');
    expect(rows).toEqual([{ next: 2, "f'n": 2 }]);
    const left = await client.query(`select proname, proconfig from pg_proc where oid >= 16384 order by proname`);
    expect(left.rows).toEqual([
      { proname: "f'n", proconfig: ['work_mem=8MB'] },
      { proname: 'helper', proconfig: null },
      { proname: 'resolved', proconfig: null },
    ]);
    expect((await client.query('select from pg_event_trigger')).rowCount).toBe(0);
  });
});
