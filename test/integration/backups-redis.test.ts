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
import { drillsAfter } from '../support/measured-database.ts';
import { restoredFrom } from '../support/restored-from.ts';
import { startS3 } from '../support/s3.ts';
import { until } from '../support/until.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
let stage: BackupStage;
let backup: Backup;

beforeAll(async () => {
  s3 = await startS3();
  stage = await backupStage('redis', s3.config);
  await redisEach(
    ['eval', `for n = 1, 1000 do redis.call('set', 'key' .. n, string.rep('x', n)) end`, '0'],
    ['rpush', 'list', 'a', 'b'],
    ...filling.map((command) => command.split(' ').map((word) => word.replaceAll('|', ' '))),
    ['function', 'load', `#!lua name=mine\nredis.register_function('one', function() return 1 end)`],
  );
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

/** Several commands, one after another. */
async function redisEach(...commands: string[][]): Promise<string> {
  const each = `IFS=$(printf '\\037'); set -f; for words; do set -- $words; redis-cli -e --no-auth-warning "$@" || exit; done`;
  const { password } = stage.access.login;
  const lines = commands.map((words) => words.join('\u001F'));
  return stage.client(['sh', '-c', each, 'sh', ...lines], { REDISCLI_AUTH: password });
}

/** As soon as the server answers. */
function redisOnceUp(...command: string[]): Promise<string> {
  const { password } = stage.access.login;
  return stage.clientOnceUp(['redis-cli', '-e', '--no-auth-warning', ...command], { REDISCLI_AUTH: password });
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
  it('is verified by a drill, with several numbered databases, and whatever kind their values are of', async () => {
    backup = expectSuccess(await stage.backUp('incremental'));
    expect(backup.metadata.manifest).toMatchObject({
      db0: { rows: 1001 },
      db5: { rows: 17, passing: 0 },
      db11: { rows: 2, passing: 1 },
    });
    expect(backup.metadata.structure).toMatchObject({ functions: { rows: 1 } });
    expect(backup.storagePath).toContain(`${s3.config.endpoint}/${s3.config.bucket}/backups/`);
    expect(await readdir(join(s3.directory, s3.config.bucket, 'backups'))).toHaveLength(1);
    expect(await verifyBackup(stage.deps, backup.id, stage.signal)).toEqual(
      expect.stringContaining('1020 rows in 3 tables match'),
    );
  });

  describe('has a drill that finds', () => {
    let told: ReturnType<typeof drillsAfter>;
    beforeAll(() => {
      told = drillsAfter(stage);
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
    ])('%s', async (_, command, found) => {
      expect(await told(() => redis(...command.split(' ')))).toBe(found);
    });
  });

  it('is restored, and keeps what is written afterwards', async () => {
    await redis('flushall');
    await restored(`db restore ${stage.name} latest --yes`);
    expect(await redisOnceUp('dbsize')).toBe('1001');
    expect(await redisEach(['lrange', 'list', '0', '-1'], ['-n', '5', 'dbsize'], ['set', 'later', 'yes'])).toBe(
      'a\nb\n17\nOK',
    );
    await stage.restartServer();
    expect(await redisOnceUp('get', 'later')).toBe('yes');
    // What comes next counts the keys of the first database alone.
    expect(await redisEach(['dbsize'], ['-n', '5', 'flushdb'], ['-n', '11', 'flushdb'], ['function', 'flush'])).toBe(
      '1002\nOK\nOK\nOK',
    );
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
    expect(await redisEach(['get', 'key1'], ['dbsize'])).toBe('changed\n1002');
    await stage.root.type(`db delete ${stage.project.name}/copy --data --backups`);
    await stage.work();
    expect(await stage.deps.swarm.inspect(copy.service)).toBeUndefined();
  });
});

describe('the append-only file of a Redis database', () => {
  const isSet = '[ "$(redis-cli --no-auth-warning config get appendonly)" = "$1" ]';
  const answering = (wanted: string) =>
    stage.clientOnceUp(['sh', '-c', isSet, 'sh', `appendonly\n${wanted}`], {
      REDISCLI_AUTH: stage.access.login.password,
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
    expect(await redisEach(['dbsize'], ['get', 'between'])).toBe(`${before + 1}\nyes`);
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
