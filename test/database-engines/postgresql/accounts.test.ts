import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type EmbeddedPostgres,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/database/embedded.ts';
import { postgresql } from '../../../src/database-engines/postgresql/index.ts';
import { onDatabase } from '../../support/database.ts';
import { statementsOf } from '../../support/psql-statements.ts';
import { wantedServer } from '../../support/wanted-server.ts';

/** The first account of PostgreSQL 18, which cannot cease to be a superuser, is the application's. */
const user = 'shipmate';
const administrator = { user: 'shipmate_admin', password: 'another' };
let folder: string;
let server: EmbeddedPostgres;
let password: string;

beforeAll(async () => {
  folder = await mkdtemp(join(await realpath(tmpdir()), 'shipmate-accounts-'));
  server = await startEmbeddedPostgres(folder, { durable: false });
  password = decodeURIComponent(new URL(server.url).password);
  await as({ user, password }, 'postgres', 'create database "App 1"');
  for (const sql of made) await as({ user, password }, 'App 1', sql);
}, 60_000);
afterAll(async () => {
  await server.stop();
  await removeEmbeddedPostgres(folder);
  await rm(folder, { recursive: true });
});

const made = [
  'create role reader',
  'create role tenant',
  `grant reader to ${user}`,
  'create schema "Odd name"',
  `create table "Odd name"."T x" (id serial primary key, at int generated always as identity) partition by range (id)`,
  `create table "Odd name".part partition of "Odd name"."T x" for values from (0) to (1000)`,
  'create view few as select * from "Odd name"."T x"',
  'create materialized view counted as select count(*) from few',
  `create type mood as enum ('good', 'bad')`,
  'create domain positive as int check (value > 0)',
  'create type pair as (a int, b text)',
  'create type span as range (subtype = float8)',
  `create function one(a int default 1) returns int language sql as 'select 1'`,
  `create procedure two(inout x int) language sql as 'select 2'`,
  'create aggregate total(int) (sfunc = int4pl, stype = int)',
  'create operator === (leftarg = int, rightarg = int, function = int4eq)',
  'create collation mine from "C"',
  'create text search configuration cfg (copy = english)',
  'create text search dictionary dict (template = simple)',
  'create table pairs (a int, b int)',
  'create statistics linked on a, b from pairs',
  'create publication news for table pairs',
  'create publication everything for all tables',
  `select lo_from_bytea(4711, 'x')`,
  'create table owned (id int)',
  'alter table owned owner to tenant',
  'alter default privileges grant select on tables to reader',
  'alter default privileges revoke execute on functions from public',
  `alter role ${user} set work_mem = '8MB'`,
  `alter role ${user} in database "App 1" set search_path = "$user", public`,
];

async function as(login: { user: string; password: string }, database: string, sql: string): Promise<unknown[]> {
  const url = new URL(server.url);
  Object.assign(url, { username: login.user, password: login.password, pathname: encodeURIComponent(database) });
  return onDatabase(url.href, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>({ text: sql });
    return rows.map((row) => Object.values(row)[0]);
  });
}

/** Runs a file as psql would. */
async function play(login: { user: string; password: string }, text: string, database = 'postgres'): Promise<void> {
  for (const { statements, within } of statementsOf(text, database)) {
    const url = new URL(server.url);
    Object.assign(url, { username: login.user, password: login.password, pathname: encodeURIComponent(within) });
    await onDatabase(url.href, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  }
}

const account = () => ({ user, password, database: 'App 1' });
const files = () =>
  postgresql.accounts?.settle(wantedServer(postgresql, { account: account(), administrator }), 'db').files ?? {};

describe('a server whose first account is the application’s', () => {
  it('gets another for its administration, and the application owns all that it owned, by its name and password', async () => {
    const mover = { user: 'shipmate_mover', password: administrator.password };
    const { '/shipmate-prepare.sql': prepare = '', '/shipmate-move-owner.sql': owner = '' } = files();
    await play({ user, password }, prepare);
    // As after having been killed: each step may be made again.
    await play({ user, password }, prepare);
    for (const database of ['postgres', 'template1', 'App 1', 'App 1']) await play(mover, owner, database);
    // Made by a session that goes on meanwhile.
    await as({ user, password }, 'App 1', 'create table late (id int)');
    await play(mover, files()['/shipmate-move.sql'] ?? '');
    for (let time = 1; time <= 2; time += 1) await play(administrator, files()['/shipmate-accounts.sql'] ?? '');
    expect(
      await as(
        administrator,
        'App 1',
        `select concat(rolname, rolsuper, rolcanlogin) from pg_roles
      where rolname ~ 'shipmate' order by 1`,
      ),
    ).toEqual(['shipmate_admintt', 'shipmateft']);
    const left = `select relname from pg_class where relowner = 10 and oid >= 16384 and relkind in ('r', 'p', 'v', 'm', 'S')
      union all select proname from pg_proc where proowner = 10 and oid >= 16384
      union all select typname from pg_type where typowner = 10 and oid >= 16384
      union all select pubname from pg_publication where pubowner = 10
      union all select datname from pg_database where datdba = 10`;
    expect(await as(administrator, 'App 1', left)).toEqual(['everything', 'postgres', 'template1', 'template0']);
  });

  it.each([
    ['own', 'alter table "Odd name"."T x" add note text; insert into "Odd name"."T x" default values', []],
    ['read', 'select count(*)::int from few', [1]],
    ['create', 'create schema fresh; create table fresh.t (id int); create extension hstore', []],
    ['change what it made last', 'drop table late', []],
    ['write what a role of its server owns', 'insert into owned values (1)', []],
    ['not be more', `select current_setting('is_superuser')`, ['off']],
    [
      'keep what it has set',
      `select current_setting('work_mem') || current_setting('search_path')`,
      ['8MB"$user", public'],
    ],
    ['keep its default privileges', 'create table new (id int); grant usage on schema public to reader', []],
  ])('lets the application %s', async (_, sql, answer) => {
    const answers = [];
    for (const one of sql.split('; ')) answers.push(...(await as(account(), 'App 1', one)));
    expect(answers).toEqual(answer);
  });

  it('refuses the application what only an administrator may', async () => {
    await expect(as(account(), 'App 1', `alter system set work_mem = '1GB'`)).rejects.toThrow('permission denied');
    await expect(as(account(), 'App 1', `create role other superuser`)).rejects.toThrow('permission denied');
    await expect(as(account(), 'App 1', `copy owned from program 'id'`)).rejects.toThrow('permission denied');
    expect(await as(account(), 'App 1', `select has_table_privilege('reader', 'new', 'select')`)).toEqual([true]);
  });
});
