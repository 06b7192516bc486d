import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Backup } from '../../src/entities/backup.ts';
import { Restore } from '../../src/entities/restore.ts';
import { accessDatabase, type DatabaseAccess } from '../../src/usecases/backups/database-access.ts';
import { runRestore } from '../../src/usecases/backups/run-restore.ts';
import { verifyBackup } from '../../src/usecases/backups/verify-backup.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
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
  const row = await stage.db.database.asSystem().findOneOrFail(Restore, restore);
  expect([row.status, row.metadata.error]).toEqual(['success', undefined]);
}

describe('a Redis database with its append-only file on, backed up to a bucket', () => {
  it('is verified by a drill, and restored, and keeps what is written afterwards', async () => {
    backup = await stage.backUp('incremental');
    expect(backup).toMatchObject({ status: 'success', metadata: { manifest: { db0: { rows: 1001 } } } });
    expect(backup.storagePath).toContain(`${s3.config.endpoint}/${s3.config.bucket}/backups/`);
    expect(await readdir(join(s3.directory, s3.config.bucket, 'backups'))).toHaveLength(1);
    expect(await verifyBackup(stage.deps, backup.id, stage.signal)).toContain('1001 rows in 1 tables match');
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
