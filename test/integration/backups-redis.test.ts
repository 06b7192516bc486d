import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Backup } from '../../src/entities/backup.ts';
import { Restore } from '../../src/entities/restore.ts';
import { accessDatabase, type DatabaseAccess } from '../../src/usecases/backups/database-access.ts';
import { runRestore } from '../../src/usecases/backups/run-restore.ts';
import { verifyBackup } from '../../src/usecases/backups/verify-backup.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { drillAfter } from '../support/measured-database.ts';
import { restoredFrom } from '../support/restored-from.ts';
import { startS3 } from '../support/s3.ts';
import { until } from '../support/until.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
let stage: BackupStage;
let backup: Backup;

beforeAll(async () => {
  s3 = await startS3();
  stage = await backupStage('redis', s3.config);
  await redis('eval', `for n = 1, 1000 do redis.call('set', 'key' .. n, string.rep('x', n)) end`, '0');
  await redis('rpush', 'list', 'a', 'b');
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await s3[Symbol.asyncDispose]();
});

const redis = (...command: string[]) => redisOf(stage.access, ...command);

async function redisOf(access: DatabaseAccess, ...command: string[]): Promise<string> {
  const { password } = access.login;
  return stage.client(['redis-cli', '-e', '--no-auth-warning', ...command], { REDISCLI_AUTH: password }, access);
}

/** Of the server that answers: the one that is replaced answers for a moment after a restart was asked for. */
async function runId(): Promise<string | undefined> {
  return /run_id:(\w+)/.exec(await redis('info', 'server'))?.[1];
}

async function restored(line: string): Promise<void> {
  const { data } = await stage.root.type(line);
  const { restore } = data as { restore: string };
  await Promise.all([
    runRestore(stage.deps, restore, stage.signal),
    stage.work(({ name }) => name === 'reconcile-database'),
  ]);
  expectSuccess(await stage.db.database.asSystem().findOneOrFail(Restore, restore));
}

describe('the drill of a Redis database', () => {
  beforeAll(async () => {
    for (const command of filling) await redis(...command.split(' ').map((word) => word.replaceAll('|', ' ')));
    await redis('function', 'load', `#!lua name=mine\nredis.register_function('one', function() return 1 end)`);
  });
  // What comes next counts the keys of the first database alone.
  afterAll(async () => {
    for (const number of ['5', '11']) await redis('-n', number, 'flushdb');
    await redis('function', 'flush');
  });

  it('finds the same in several numbered databases, whatever kind their values are of', async () => {
    const made = await stage.backUp('incremental');
    expect(made.metadata.manifest).toMatchObject({
      db0: { rows: 1001 },
      db5: { rows: 17, passing: 0 },
      db11: { rows: 2, passing: 1 },
    });
    expect(made.metadata.structure).toMatchObject({ functions: { rows: 1 } });
    expect(await verifyBackup(stage.deps, made.id, stage.signal)).toEqual(
      expect.stringContaining('1020 rows in 3 tables match'),
    );
  });

  it.each([
    ['a changed string', '-n 5 set number 8', 'the 17 rows of db5 do not match'],
    ['another member of a set', '-n 5 sadd words more', 'the 17 rows of db5 do not match'],
    ['a field of a large hash', '-n 5 hset large 700 changed', 'the 17 rows of db5 do not match'],
    ['a member of a set that was larger', '-n 5 sadd fewer m4', 'the 17 rows of db5 do not match'],
    ['a field of a hash that was larger', '-n 5 hset lessened f3 4', 'the 17 rows of db5 do not match'],
    ['another score', '-n 5 zadd ranks 3 b', 'the 17 rows of db5 do not match'],
    ['an entry of a stream', '-n 5 xadd events * a 3', 'the 17 rows of db5 do not match'],
    ['a time to live that is gone', '-n 11 persist soon', 'the 2 rows of db11 do not match'],
    ['a key that is gone', '-n 5 del number', 'db5 has 16 rows, not 17'],
    ['a function that is gone', 'function delete mine', 'it has 0 functions, not 1'],
  ])('finds %s', async (_, command, told) => {
    expect(await drillAfter(stage, () => redis(...command.split(' ')))).toBe(told);
  });
});

/** A value of each kind and form. */
const filling = [
  '-n 5 set number 7',
  '-n 5 set text seven',
  '-n 5 sadd numbers 1 2 3',
  '-n 5 sadd words a b c',
  '-n 5 hset small a 1 b 2',
  '-n 5 zadd ranks 1 a 2 b',
  '-n 5 xadd events * a 1',
  '-n 5 xgroup create events group 0',
  '-n 5 xreadgroup group group ada count 1 streams events >',
  '-n 5 rpush list a b c',
  '-n 5 pfadd counted a b c',
  '-n 5 setbit bits 4711 1',
  ...['sadd', 'hset', 'zadd'].map(
    // `|` for a space within an argument.
    (verb) =>
      `-n 5 eval for|n=1,900|do|redis.call('${verb}',KEYS[1],n,'v'..n)|end 1 ${{ sadd: 'wide', hset: 'large', zadd: 'long' }[verb]}`,
  ),
  // What was larger is packed again only when a server reads it from a snapshot.
  `-n 5 eval for|n=1,900|do|redis.call('hset',KEYS[1],'f'..n,n)|end|for|n=4,900|do|redis.call('hdel',KEYS[1],'f'..n)|end 1 lessened`,
  `-n 5 eval for|n=1,900|do|redis.call('zadd',KEYS[1],n/7,'m'..n)|end|for|n=4,900|do|redis.call('zrem',KEYS[1],'m'..n)|end 1 lowered`,
  `-n 5 eval redis.call('sadd',KEYS[1],-70000,2,'abc')|redis.call('srem',KEYS[1],'abc') 1 numbered`,
  `-n 5 eval for|n=1,900|do|redis.call('sadd',KEYS[1],'m'..n)|end|for|n=4,900|do|redis.call('srem',KEYS[1],'m'..n)|end 1 fewer`,
  '-n 11 set soon gone ex 3600',
  '-n 11 set late 1',
];

describe('a Redis database with its append-only file on, backed up to a bucket', () => {
  it('is verified by a drill, and restored, and keeps what is written afterwards', async () => {
    backup = await stage.backUp('incremental');
    expect(expectSuccess(backup)).toMatchObject({ metadata: { manifest: { db0: { rows: 1001 } } } });
    expect(backup.storagePath).toContain(`${s3.config.endpoint}/${s3.config.bucket}/backups/`);
    expect(await readdir(join(s3.directory, s3.config.bucket, 'backups'))).toHaveLength(1);
    expect(await verifyBackup(stage.deps, backup.id, stage.signal)).toEqual(
      expect.stringContaining('1001 rows in 1 tables match'),
    );
    await redis('flushall');
    await restored(`db restore ${stage.name} latest --yes`);
    expect(await until('the server answers', () => redis('dbsize').catch(() => undefined))).toBe('1001');
    expect(await redis('lrange', 'list', '0', '-1')).toBe('a\nb');
    await redis('set', 'later', 'yes');
    const before = await runId();
    await stage.deps.swarm.restart(stage.access.service);
    await until('another server answers', async () => (await runId().catch(() => before)) !== before);
    expect(await until('the server answers', () => redis('get', 'later').catch(() => undefined))).toBe('yes');
    expect(await redis('dbsize')).toBe('1002');
  });

  it('fills a new database, which has credentials of its own, and stays as it is', async () => {
    await redis('set', 'key1', 'changed');
    await restored(`db restore ${stage.name} ${backup.id.slice(0, 8)} --into copy`);
    const { data } = await stage.root.type(`db show ${stage.project.name}/copy`);
    const copy = await accessDatabase(stage.deps, stage.db.database.asSystem(), (data as { id: string }).id);
    expect(copy.login.password).not.toBe(stage.access.login.password);
    await expect(redisOf({ ...copy, login: stage.access.login }, 'dbsize')).rejects.toThrow('');
    expect(await until('the server answers', () => redisOf(copy, 'dbsize').catch(() => undefined))).toBe('1001');
    expect(await redisOf(copy, 'get', 'key1')).toBe('x');
    expect([await redis('get', 'key1'), await redis('dbsize')]).toEqual(['changed', '1002']);
    await stage.root.type(`db delete ${stage.project.name}/copy --data --backups`);
    await stage.work();
    expect(await stage.deps.swarm.inspect(copy.service)).toBeUndefined();
  });
});

describe('the append-only file of a Redis database', () => {
  const answering = (wanted: string) =>
    until(`appendonly ${wanted}`, async () => {
      const found = await redis('config', 'get', 'appendonly').catch(() => '');
      return found === `appendonly\n${wanted}`;
    });

  it('is turned off and on again without losing what was written before or between', async () => {
    const { name } = stage;
    const before = Number(await redis('dbsize'));
    await stage.root.type(`db set ${name} --config appendonly=false`);
    await stage.work();
    await answering('no');
    await redis('set', 'between', 'yes');
    const snapshot = await stage.backUp('snapshot');
    await answering('no');
    await stage.root.type(`db set ${name} --config appendonly=true`);
    await stage.work();
    await answering('yes');
    expect([Number(await redis('dbsize')), await redis('get', 'between')]).toEqual([before + 1, 'yes']);
    // Its files have nothing that a server with the append-only file on would read.
    expect(await verifyBackup(stage.deps, snapshot.id, stage.signal)).toContain(`${before + 1} rows in 1 tables`);
    const { metadata, status } = await restoredFrom(stage, snapshot.id);
    expect([status, metadata.error]).toEqual([
      'failed',
      expect.stringContaining(`\`db set ${name} --config appendonly=false\``),
    ]);
    expect(await redis('get', 'between')).toBe('yes');
    await stage.root.type(`db stop ${name}`);
    await stage.work();
    const { text } = await stage.root.type(`db set ${name} --config appendonly=false`);
    expect(text).toBe(
      'Redis has to rewrite its data before `appendonly` changes, or it would start without them. ' +
        `Start it first: \`db start ${name}\`.`,
    );
  });
});
