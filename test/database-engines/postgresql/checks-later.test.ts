import { expect, it } from '@jest/globals';
import { putChecksBack, putChecksOff } from '../../../src/database-engines/postgresql/checks-later.ts';
import { createEmptyDatabase, onDatabase } from '../../support/database.ts';

const check = 'constraint known check (public.is_known(id))';
const definitions = [
  'create table public.known (id int)',
  `create function public.is_known(int) returns bool language sql as 'select exists (select from public.known where id = $1)'`,
  `create domain public.soon as timestamptz constraint later check (value > now())`,
  `comment on constraint later on domain public.soon is 'passes'`,
  `create table public.parted (id int, ${check}) partition by range (id)`,
  `create table public.part (id int, ${check}, constraint own check (public.is_known(id)))`,
  'alter table public.parted attach partition public.part for values from (0) to (9)',
  `create table public.above (id int, ${check}, constraint small check (id < 99))`,
  `comment on constraint known on public.above is 'looks elsewhere'`,
  `create table public.below (${check}) inherits (public.above)`,
  'create table public.lowest () inherits (public.below)',
  `create table public.alone (id int, constraint known check (public.is_known(id)) no inherit, at public.soon)`,
];
const rows = [
  'insert into public.part values (1)',
  'insert into public.lowest values (1)',
  `insert into public.alone values (1, '2020-01-01')`,
];
const facts = `select coalesce(conrelid::regclass::text, '') as at, conname, pg_get_constraintdef(oid) as definition,
  convalidated, conislocal, coninhcount::int, connoinherit, obj_description(oid, 'pg_constraint') as note
  from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace order by 1, 2`;

it('checks that look elsewhere let rows in while a dump is loaded, and are as they were then', async () => {
  await using source = await createEmptyDatabase();
  await using target = await createEmptyDatabase();
  const [off, back, known] = await onDatabase(source.url, async (client) => {
    expect((await client.query(putChecksOff)).rowCount).toBe(0);
    for (const sql of definitions) await client.query(sql);
    const printed = await Promise.all(
      [putChecksOff, putChecksBack].map(async (query) => {
        const { rows: lines } = await client.query<Record<string, string>>(query);
        return Object.values(lines[0] ?? {})[0] ?? '';
      }),
    );
    return [...printed, (await client.query(facts)).rows] as [string, string, object[]];
  });
  expect(known).toHaveLength(11);
  await onDatabase(target.url, async (client) => {
    await client.query(off);
    await client.query(`select set_config('search_path', '', false)`);
    for (const sql of [...definitions, ...rows, back]) await client.query(sql);
    expect((await client.query('select from pg_event_trigger')).rowCount).toBe(0);
    await expect(client.query('insert into public.below values (1)')).rejects.toThrow('violates check constraint');
    await client.query('reset search_path');
    expect((await client.query(facts)).rows).toEqual(known);
  });
});
