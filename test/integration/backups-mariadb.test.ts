import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyBackup } from '../../src/usecases/backups/verify-backup.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { drillsAfter } from '../support/measured-database.ts';
import { restoredFrom } from '../support/restored-from.ts';

let stage: BackupStage;

beforeAll(async () => {
  stage = await backupStage('mysql');
  await sql(`create table orders (id int primary key, note varchar(200), picture varbinary(9)) engine=innodb;
    insert into orders select seq, concat('it''s; (', seq, ')'), unhex('00ff') from seq_1_to_2000;
    create table sums (id int, twice int generated always as (id * 2) stored, name varchar(9) character set latin1);
    create table items (id int primary key, state varchar(9) default 'open', constraint positive check (id > 0));
    create function twice(n int) returns int return n * 2; create event nightly on schedule every 1 day do select 1;
    create procedure hello() select 'hello'; create view few as select * from orders where id < 3`);
});
afterAll(() => stage[Symbol.asyncDispose]());

async function sql(text: string): Promise<string> {
  const { password } = stage.access.login;
  const command = ['mariadb', '--host=127.0.0.1', '--protocol=tcp', '--user=root', '--skip-column-names', 'app'];
  return stage.client([...command, `--execute=${text}`], { MYSQL_PWD: password });
}

describe('a MariaDB database', () => {
  it('is backed up, verified by a drill, and restored, with what a packet of the usual size does not hold', async () => {
    await sql(`alter database app character set latin1 collate latin1_german2_ci;
      create sequence tickets start with 100;
      create table blobs (id int primary key default nextval(tickets), content longblob);
      insert into blobs (content) values (repeat(unhex('00'), 12000000));
      create table prices (id int primary key, price int) with system versioning;
      insert into prices values (1, 10); update prices set price = 20`);
    const backup = await stage.backUp('incremental');
    expect(expectSuccess(backup)).toMatchObject({ metadata: { manifest: { orders: { rows: 2000 } } } });
    expect(await verifyBackup(stage.deps, backup.id, stage.signal)).toEqual(
      expect.stringContaining('2003 rows in 3 tables match'),
    );
    await sql(`drop procedure hello; drop view few; delete from orders where id > 5; delete from blobs;
      alter database app character set utf8mb4`);
    expectSuccess(await restoredFrom(stage, 'latest'));
    // Its routines and views.
    expect(await sql('select count(*) from orders; select count(*) from few; call hello()')).toBe('2000\n2\nhello');
    expect(await sql('select note, hex(picture) from orders where id = 7')).toBe("it's; (7)\t00FF");
    // Defaults from a sequence, history, and the collation.
    expect(
      await sql(`select length(content) from blobs; insert into blobs (id) values (default);
        select count(*) from prices for system_time all;
        select default_collation_name from information_schema.schemata where schema_name = 'app';
        select @@global.max_allowed_packet; drop table blobs`),
    ).toBe('12000000\n2\nlatin1_german2_ci\n16777216');
  });

  describe('has a drill that finds', () => {
    let told: ReturnType<typeof drillsAfter>;
    beforeAll(() => {
      told = drillsAfter(stage);
    });

    // Those side by side are told apart by their kinds.
    it.each([
      [
        'a dropped view, another procedure and a dropped index',
        ['drop view few', `create or replace procedure hello() select 'bye'`, 'alter table prices drop primary key'],
        ['it has 0 views, not 1', 'its routines do not match', 'its tables do not match'],
      ],
      [
        'a new trigger, another function and a dropped constraint',
        [
          'create trigger t before insert on orders for each row set new.note = 1',
          'create or replace function twice(n int) returns int return n * 3',
          'alter table items drop constraint positive',
        ],
        ['its triggers do not match', 'its routines do not match', 'its tables do not match'],
      ],
      [
        'a dropped event, another default and a changed value',
        [
          'drop event nightly',
          `alter table items alter state set default 'paid'`,
          `update orders set note = 'changed' where id = 3`,
        ],
        ['its events do not match', 'its tables do not match', 'rows of orders do not match'],
      ],
      [
        'a sequence that was set back and another generated column',
        ['alter sequence tickets restart 7', 'alter table sums modify twice int as (id * 3) stored'],
        ['its sequences do not match', 'its tables do not match'],
      ],
      [
        'another character set',
        ['alter table sums modify name varchar(9) character set utf8mb4'],
        ['its tables do not match'],
      ],
      ['another collation', ['alter database app collate latin1_general_ci'], ['its settings do not match']],
    ])('%s', async (_, changes, each) => {
      const found = await told(() => sql(changes.join(';')));
      for (const one of each) expect(found).toContain(one);
    });
  });

  it('leaves out a view that no longer works, says what it does not have, brings back whom its triggers run as, and puts up with what other settings let in and events that end', async () => {
    await sql(`create table gone (id int); create view broken as select * from gone; drop table gone;
      create table rough (reading float) engine = aria; create database neighbour;
      create user eve@'%'; grant select on app.* to eve@'%'; create definer = eve@'%' view orphan as select id from items;
      create view on_orphan as select id from orphan; drop user eve@'%';
      create user bob@'%' identified by 'known'; grant select, insert, update, trigger on app.* to bob@'%';
      create definer = bob@'%' view lesser as select id from items where id < 9;
      create definer = bob@'%' view least as select id from lesser where id < 5;
      create definer = bob@'%' trigger loud before insert on items for each row set new.state = upper(new.state);
      create table checked (id int check (id > 0)); set check_constraint_checks = 0; insert into checked values (-1);
      create event once on schedule at now() + interval 1 second do select 1;
      create event never on schedule at now() + interval 1 second on completion preserve disable do select 1;
      create role reporting; grant select on app.* to reporting; create user \`o'brien@x\`@'%';
      grant select on app.* to \`o'brien@x\`@'%'; create user rootling@'%'; grant select on app.* to rootling@'%';
      create definer = reporting view r as select id from checked; create view on_r as select id from r;
      create definer = \`o'brien@x\`@'%' view o as select id from checked; create view on_o as select id from o;
      create definer = rootling@'%' view l as select id from checked; create view on_l as select id from l`);
    const backup = await stage.backUp('incremental');
    expect([backup.metadata.error, backup.metadata.omitted]).toEqual([
      undefined,
      [
        '3 views that no longer work: broken, on_orphan, orphan',
        '1 other databases of the server: neighbour',
        "4 accounts, of which those that views and routines name come back locked: bob@%, o'brien@x@%, reporting@, rootling@%",
        '1 tables that are not of one moment with the others: rough',
        '1 columns whose digits beyond the sixth are rounded: rough.reading',
      ],
    ]);
    // The time of the events has passed.
    const left = `(select timestampdiff(microsecond, now(6), max(execute_at)) / 1000000 from information_schema.events)`;
    await sql(`select sleep(greatest(0, coalesce(${left}, 0) + 0.1))`);
    expect(await sql('select count(*) from information_schema.events where execute_at > now()')).toBe('0');
    expect(await verifyBackup(stage.deps, backup.id, stage.signal)).toEqual(expect.stringContaining('tables match'));
    await sql(`drop view broken; drop database neighbour; drop user bob@'%'`);
    expectSuccess(await restoredFrom(stage, 'latest'));
    expect(await sql('select id from on_r; select id from on_o; select id from on_l')).toBe('-1\n-1\n-1');
    expect(await sql(`insert into items values (1, 'open'); select state from items`)).toBe('OPEN');
    // Set back before its start, which the dump program cannot restore.
    expect(await sql('select next_not_cached_value from tickets')).toBe('7');
    expect(await sql(`select json_value(priv, '$.account_locked') from mysql.global_priv where user = 'bob'`)).toBe(
      '1',
    );
  });

  it('stays as it is when the backup could not be loaded', async () => {
    await sql('create database other; create table other.t (id int); create view borrowed as select * from other.t');
    const backup = await stage.backUp('incremental');
    await sql(
      'drop view borrowed; drop database other; delete from orders where id > 1; alter database app collate latin1_bin',
    );
    const row = await restoredFrom(stage, backup.id.slice(0, 8));
    expect([row.status, row.metadata.error]).toEqual([
      'failed',
      expect.stringMatching(/^The backup cannot be loaded into this server: .*other\.t.*The database is unchanged\./s),
    ]);
    expect(await sql('select count(*) from orders')).toBe('1');
    expect(await sql('show databases')).not.toContain('rehearsal');
    // Around the routines the backup sets the collations that the database had when they were made.
    expect(await sql(`select default_collation_name from information_schema.schemata where schema_name = 'app'`)).toBe(
      'latin1_bin',
    );
  });
});
