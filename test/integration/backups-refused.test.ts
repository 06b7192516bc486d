import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyBackup } from '../../src/usecases/backups/verify-backup.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { restoredFrom } from '../support/restored-from.ts';

let stage: BackupStage;

beforeAll(async () => {
  stage = await backupStage('postgresql');
});
afterAll(() => stage[Symbol.asyncDispose]());

describe('what a PostgreSQL database would refuse while it is loaded', () => {
  const setUp = [
    'create role reader',
    'create schema hostile',
    'set search_path = hostile; create table b_known (id int primary key); reset search_path',
    'insert into hostile.b_known values (1)',
    `create function hostile.is_known(int) returns bool language sql stable as 'select exists (select from hostile.b_known where id = $1)'`,
    'create table hostile.a_things (id int, constraint known check (hostile.is_known(id)))',
    `comment on constraint known on hostile.a_things is 'looks elsewhere'`,
    'insert into hostile.a_things values (1)',
    'create table hostile.parted (id int, constraint known check (hostile.is_known(id))) partition by range (id)',
    'create table hostile.part partition of hostile.parted for values from (1) to (9)',
    'insert into hostile.parted values (1)',
    'create table hostile.above (id int, constraint known check (hostile.is_known(id)))',
    'create table hostile.below (constraint known check (hostile.is_known(id))) inherits (hostile.above)',
    'insert into hostile.below values (1)',
    // True when the row came, and never since.
    'create table hostile.coming (at timestamptz default clock_timestamp(), constraint later check (at >= now()))',
    'insert into hostile.coming default values',
    'create materialized view hostile.z_first as select id from hostile.b_known',
    `create function hostile.least() returns int language sql stable as 'select min(id) from hostile.z_first'`,
    'create materialized view hostile.a_second as select hostile.least()',
    `alter role reader set search_path = ''`,
    'alter database app is_template true',
    `alter role all set work_mem = '5MB'`,
    `alter role reader connection limit 3 valid until '2040-01-01 00:00+00'`,
    // An exact match of its argument, which Shipmate's own queries would run as a superuser.
    `create function public.quote_ident(name) returns text language plpgsql as 'begin raise exception ''not for you''; end'`,
    `create function hostile.refuse() returns event_trigger language plpgsql as $$begin raise exception 'no changes'; end$$`,
    'create event trigger refuse on ddl_command_start execute function hostile.refuse()',
  ];
  const facts = `select string_agg(fact, E'\\n' order by fact) from (
    select 'check ' || conname || ' ' || convalidated || ' ' || coalesce(obj_description(oid, 'pg_constraint'), '') as fact
      from pg_constraint where contype = 'c' and connamespace = 'hostile'::regnamespace
    union all select 'view ' || least from hostile.a_second
    union all select 'template ' || datistemplate from pg_database where datname = current_database()
    union all select 'setting ' || unnest(setconfig) from pg_db_role_setting where setrole = 0 and setdatabase = 0
    union all select 'path ' || unnest(setconfig) from pg_db_role_setting where setrole = 'reader'::regrole
    union all select 'role ' || rolconnlimit || ' ' || extract(year from rolvaliduntil) from pg_roles where rolname = 'reader'
    union all select 'event trigger ' || evtname from pg_event_trigger where evtname ~ 'refuse|shipmate') as found`;
  const known = [
    ...Array.from({ length: 4 }, () => 'check known true '),
    'check known true looks elsewhere',
    'check later true ',
    'event trigger refuse',
    'path search_path=""',
    'role 3 2040',
    'setting work_mem=5MB',
    'template true',
    'view 1',
  ].join('\n');

  it('comes back, in place and in the server of a drill', async () => {
    await stage.psql(...setUp);
    expect(await stage.psql(facts)).toBe(known);
    const { id } = await stage.backUp('incremental');
    expect(await verifyBackup(stage.deps, id, stage.signal)).toMatch(/rows in \d+ tables match/);
    // A second time, when what the first one replaced was a template.
    for (const again of [id, id]) {
      expectSuccess(await restoredFrom(stage, again));
    }
    expect(await stage.psql(facts)).toBe(known);
  });
});
