import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Restore } from '../../src/entities/restore.ts';
import { runRestore } from '../../src/usecases/backups/run-restore.ts';
import { verifyBackup } from '../../src/usecases/backups/verify-backup.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';

let stage: BackupStage;

beforeAll(async () => {
  stage = await backupStage('mysql');
  await sql(`create table orders (id int primary key, note varchar(200), picture varbinary(9)) engine=innodb;
    insert into orders select seq, concat('it''s; (', seq, ')'), unhex('00ff') from seq_1_to_2000;
    create procedure hello() select 'hello'; create view few as select * from orders where id < 3`);
});
afterAll(() => stage[Symbol.asyncDispose]());

async function sql(text: string): Promise<string> {
  const { password } = stage.access.login;
  const command = ['mariadb', '--host=127.0.0.1', '--protocol=tcp', '--user=root', '--skip-column-names', 'app'];
  return stage.client([...command, `--execute=${text}`], { MYSQL_PWD: password });
}

describe('a MariaDB database', () => {
  it('is backed up, verified by a drill, and restored with its routines and views', async () => {
    const backup = await stage.backUp('incremental');
    expect(backup).toMatchObject({ status: 'success', metadata: { manifest: { orders: { rows: 2000 } } } });
    expect(await verifyBackup(stage.deps, backup.id, stage.signal)).toContain('2000 rows in 1 tables match');
    await sql('drop procedure hello; drop view few; delete from orders where id > 5');
    const { data } = await stage.root.type(`db restore ${stage.name} latest --yes`);
    const { restore } = data as { restore: string };
    await runRestore(stage.deps, restore, stage.signal);
    const row = await stage.db.database.asSystem().findOneOrFail(Restore, restore);
    expect([row.status, row.metadata.error]).toEqual(['success', undefined]);
    expect(await sql('select count(*) from orders; select count(*) from few; call hello()')).toBe('2000\n2\nhello');
    expect(await sql('select note, hex(picture) from orders where id = 7')).toBe("it's; (7)\t00FF");
  });
});
