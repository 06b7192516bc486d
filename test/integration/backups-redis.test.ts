import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Restore } from '../../src/entities/restore.ts';
import { runRestore } from '../../src/usecases/backups/run-restore.ts';
import { verifyBackup } from '../../src/usecases/backups/verify-backup.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { until } from '../support/until.ts';

let stage: BackupStage;

beforeAll(async () => {
  stage = await backupStage('redis');
  await redis('eval', `for n = 1, 1000 do redis.call('set', 'key' .. n, string.rep('x', n)) end`, '0');
  await redis('rpush', 'list', 'a', 'b');
}, 180_000);
afterAll(() => stage[Symbol.asyncDispose](), 60_000);

async function redis(...command: string[]): Promise<string> {
  const { host, password } = stage.access.place;
  return (
    await stage.run(['redis-cli', '-e', '-h', host, '--no-auth-warning', ...command], { REDISCLI_AUTH: password })
  ).trim();
}

describe('a Redis database with its append-only file on', () => {
  it('is backed up, verified by a drill, and restored, and keeps what is written afterwards', async () => {
    const backup = await stage.backUp('incremental');
    expect(backup).toMatchObject({ status: 'success', metadata: { manifest: { db0: { rows: 1001 } } } });
    expect(await verifyBackup(stage.deps, backup.id, stage.signal)).toContain('1001 rows of 1 tables are the same');
    await redis('flushall');
    const { data } = await stage.root.type(`db restore ${stage.name} latest --yes`);
    const { restore } = data as { restore: string };
    await runRestore(stage.deps, restore, stage.signal);
    const row = await stage.db.database.asSystem().findOneOrFail(Restore, restore);
    expect([row.status, row.metadata.error]).toEqual(['success', undefined]);
    const size = await until('the server answers', () => redis('dbsize').catch(() => undefined));
    expect(size).toBe('1001');
    expect(await redis('lrange', 'list', '0', '-1')).toBe('a\nb');
    await redis('set', 'later', 'yes');
    await stage.deps.swarm.restart(stage.access.service);
    expect(await until('the server answers', () => redis('get', 'later').catch(() => undefined))).toBe('yes');
    expect(await redis('dbsize')).toBe('1002');
  }, 180_000);
});
