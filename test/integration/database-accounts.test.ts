import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Backup } from '../../src/entities/backup.ts';
import type { DatabaseAccess } from '../../src/usecases/backups/database-access.ts';
import { verifyBackup } from '../../src/usecases/backups/verify-backup.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { restoredFrom } from '../support/restored-from.ts';

/** As servers were started while they had one account, which was the application's. */
function ofOneAccount(access: DatabaseAccess): DatabaseAccess {
  const [password = ''] = access.passwords;
  const { '/docker-entrypoint-initdb.d/shipmate.sql': _, ...files } = access.container.secretFiles;
  const secretFiles = { ...files, password, ...('root-password' in files && { 'root-password': password }) };
  const env = { ...access.container.env, ...('POSTGRES_USER' in access.container.env && { POSTGRES_USER: 'app' }) };
  return { ...access, container: { ...access.container, env, secretFiles } };
}

async function restored(stage: BackupStage, backup: string): Promise<void> {
  expectSuccess(await restoredFrom(stage, backup));
}

describe('a PostgreSQL server of a time when the application was its superuser', () => {
  let stage: BackupStage;
  beforeAll(async () => {
    stage = await backupStage('postgresql', undefined, ofOneAccount);
    await asApplication(`create table orders (id int); insert into orders values (1);
      create role tenant; create table rented (id int); alter table rented owner to tenant`);
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  const psql = (sql: string) => ['psql', '--host=127.0.0.1', '--username=app', '--dbname=app', '-tAqc', sql];
  const env = () => ({ PGPASSWORD: stage.access.passwords[0] ?? '' });
  const asApplication = (sql: string) => stage.client(psql(sql), env());
  /** As soon as the server answers. */
  const isSuperuser = () => stage.clientOnceUp(psql('show is_superuser'), env());
  const may = `insert into orders values (2); insert into rented values (2); create table if not exists own (id int);
    select count(*) from orders`;

  let files: Backup;
  let backup: Backup;

  it('has an ordinary account for the application from its next backup on', async () => {
    files = await stage.backUp('snapshot');
    expect(await isSuperuser()).toBe('on');
    backup = await stage.backUp('incremental');
    expect(backup.metadata.error).toBeUndefined();
    expect(await asApplication(`show is_superuser; ${may}`)).toBe('off\n2');
  });

  it('has drills of backups from before and after', async () => {
    expect(await verifyBackup(stage.deps, backup.id, stage.signal)).toEqual(
      expect.stringContaining('1 rows in 2 tables match'),
    );
    expect(await verifyBackup(stage.deps, files.id, stage.signal)).toEqual(
      expect.stringContaining('1 rows in 2 tables are readable'),
    );
  });

  it('has an ordinary account when a backup or older files come back', async () => {
    await restored(stage, backup.id);
    expect(await asApplication(`show is_superuser; ${may}`)).toBe('off\n2');
    await restored(stage, files.id);
    expect(await isSuperuser()).toBe('off');
    expect(await asApplication(may)).toBe('2');
  });
});

describe('a MariaDB server of a time when root had the application’s password', () => {
  let stage: BackupStage;
  beforeAll(async () => {
    stage = await backupStage('mysql', undefined, ofOneAccount);
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  function as(user: string, password: string, sql: string): Promise<string> {
    const command = ['mariadb', '--host=127.0.0.1', '--protocol=tcp', `--user=${user}`, '--skip-column-names', 'app'];
    return stage.client([...command, `--execute=${sql}`], { MYSQL_PWD: password });
  }

  it('has another from its next backup on, and the application goes on with its own', async () => {
    const [application = '', administrator = ''] = stage.access.passwords;
    expect(await as('root', application, 'create table orders (id int); select current_user()')).toBe('root@%');
    const backup = await stage.backUp('incremental');
    expect(backup.metadata.error).toBeUndefined();
    await expect(as('root', application, 'select 1')).rejects.toThrow('Access denied');
    expect(await as('root', administrator, 'select current_user()')).toBe('root@%');
    expect(await as('app', application, 'insert into orders values (1); select count(*) from orders')).toBe('1');
    await expect(as('app', application, 'create database other')).rejects.toThrow('Access denied');
    expect(await verifyBackup(stage.deps, backup.id, stage.signal)).toEqual(
      expect.stringContaining('0 rows in 0 tables match'),
    );
    await restored(stage, backup.id);
    expect(await as('app', application, 'select count(*) from orders')).toBe('0');
  });
});
