import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../src/database/database.ts';
import { Backup } from '../../src/entities/backup.ts';
import { Restore } from '../../src/entities/restore.ts';
import { resticRepository, storeOf } from '../../src/usecases/backups/restic-repositories.ts';
import { runBackup } from '../../src/usecases/backups/run-backup.ts';
import { runRestore } from '../../src/usecases/backups/run-restore.ts';
import { verifyBackup } from '../../src/usecases/backups/verify-backup.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { expectEnd, expectSuccess } from '../support/expect-end.ts';
import { damage, resticInPath } from '../support/restic.ts';
import { restoredFrom } from '../support/restored-from.ts';
import { docker } from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

let stage: BackupStage;

beforeAll(async () => {
  stage = await backupStage('postgresql');
  // As large as several chunks of restic, whose bounds are other ones in each repository.
  await stage.psql(`create table orders (id int primary key, note text);
    insert into orders select n, (select string_agg(md5(n || ' ' || k), '') from generate_series(1, 40) k)
      from generate_series(1, 10000) n;
    create table empty (id int)`);
});
afterAll(() => stage[Symbol.asyncDispose]());

/** Containers of this database's backups, restores and drills: other suites have theirs on the same Engine. */
async function left(): Promise<number> {
  const { rows } = await executeSql<{ id: string }>(
    stage.db.database.asSystem(),
    'select id from backups union all select id from restores',
  );
  const ids = new Set(rows.map(({ id }) => id));
  const containers = await docker.listContainers({ all: true, filters: { label: ['shipmate.backup'] } });
  return containers.filter(({ Labels }) => ids.has(Labels['shipmate.backup'] ?? '')).length;
}

/** As docs/backups.md has it, with files for its pipes. @returns what is printed, and what is said of it. */
async function joinedByHand(differences: Backup, reference: Backup): Promise<[dump: Buffer, said: string]> {
  const store = await storeOf(stage.deps, reference.database);
  const { location, password } = resticRepository(stage.deps, store, reference);
  const restic = await resticInPath();
  const files = await Promise.all(
    [reference, differences].map(async ({ id, metadata }) => {
      const file = join(stage.deps.config.dataDir, `${id}.dumped`);
      await printTo(file, restic, ['-r', location, 'dump', metadata.snapshot ?? '', '/data'], password);
      return file;
    }),
  );
  const program = spawn(process.execPath, ['bin/shipmate.mjs', 'join-backup', ...files]);
  const [dump, said] = await Promise.all([buffer(program.stdout), text(program.stderr)]);
  return [dump, said];
}

async function printTo(file: string, program: string, args: string[], password: string): Promise<void> {
  const child = spawn(program, args, { env: { ...process.env, RESTIC_PASSWORD: password } });
  await pipeline(child.stdout, createWriteStream(file));
}

const found = (id: string) => stage.db.database.asSystem().findOneOrFail(Backup, id);

describe('a PostgreSQL database', () => {
  let first: Backup;
  let all: Backup;

  it('is backed up, a second time with little that is new', async () => {
    first = await stage.backUp('incremental');
    expect(expectSuccess(first)).toMatchObject({ metadata: { progress: null } });
    expect(first.metadata.manifest).toMatchObject({ 'public.orders': { rows: 10000 }, 'public.empty': { rows: 0 } });
    await stage.psql(`update orders set note = 'changed' where id > 9990`);
    const second = await stage.backUp('incremental');
    expect(second.metadata.stored_bytes).toBeLessThan((first.metadata.stored_bytes ?? 0) * 0.6);
    expect((await stage.root.type(`db backups ${stage.name}`)).table?.rows).toHaveLength(2);
  });

  it('is stored as its differences with every hundredth row changed all over it, which a drill verifies', async () => {
    // What a vacuum makes room for in the middle is filled: the restored table has these rows in another order.
    await stage.psql('vacuum orders', `update orders set note = md5(note) || note where id % 100 = 0`);
    all = await stage.backUp('incremental');
    expect(expectSuccess(all)).toMatchObject({ reference: { id: first.id }, metadata: { packed: 'delta' } });
    expect(all.metadata.stored_bytes).toBeLessThan((first.metadata.stored_bytes ?? 0) * 0.1);
    expect(all.verifiedAt).toBeNull();
    expect(await verifyBackup(stage.deps, all.id, stage.signal)).toEqual(
      expect.stringContaining('10000 rows in 2 tables match'),
    );
    expect((await found(all.id)).verifiedAt).toBeInstanceOf(Date);
    expect(await left()).toBe(0);
  });

  it('is joined from its differences without a server, by what restic prints', async () => {
    const [dump, said] = await joinedByHand(all, first);
    expect([createHash('sha256').update(dump).digest('hex'), said]).toEqual([all.metadata.sha256, '']);
    const [, refused] = await joinedByHand(first, all);
    expect(refused).toContain('shipmate: The two files do not make a dump: ');
  });

  it('is restored, once the person has said that it may be, after what is there has been backed up', async () => {
    const command = `db restore ${stage.name} ${first.id.slice(0, 8)}`;
    expect((await stage.root.type(command)).text).toContain('--yes');
    const reply = await stage.root.type(`${command} --yes`);
    const { restore } = reply.data as { restore: string };
    await stage.psql('drop table empty');
    await runRestore(stage.deps, restore, stage.signal);
    const row = expectSuccess(await stage.db.database.asSystem().findOneOrFail(Restore, restore));
    const gone = `select count(*) from orders where note = 'changed'`;
    expect(await stage.psql(gone, 'select count(*) from empty')).toBe('0\n0');
    const safety = await found(row.metadata.safety_backup ?? '');
    expect(safety.metadata.manifest).toMatchObject({ 'public.orders': { rows: 10000 } });
    expect(Object.keys(safety.metadata.manifest ?? {})).not.toContain('public.empty');
    expect(await left()).toBe(0);
  });

  it('is backed up again when the process was killed half-way', async () => {
    const { signal, abort } = (() => {
      const controller = new AbortController();
      return { signal: controller.signal, abort: () => controller.abort(new Error('shutting down')) };
    })();
    const reply = await stage.root.type(`db backup ${stage.name} --type incremental`);
    const { id } = reply.data as { id: string };
    const running = runBackup(stage.deps, id, signal);
    running.catch(() => undefined);
    await until('the container of the dump', async () => (await left()) > 0);
    abort();
    await expect(running).rejects.toThrow('shutting down');
    expectEnd(await found(id), 'running');
    await runBackup(stage.deps, id, stage.signal);
    expect(expectSuccess(await found(id))).toMatchObject({ metadata: { attempts: 2 } });
    expect(await left()).toBe(0);
  });

  it('has a full backup of its own, and says so when what was stored is damaged', async () => {
    const full = await stage.backUp('full');
    expect(full.storagePath).toContain(full.id);
    await damage(full.storagePath ?? '');
    expect(await verifyBackup(stage.deps, full.id, stage.signal)).toEqual({
      failed: expect.stringContaining(`${stage.name}: The backup store: `),
    });
    expect(await found(full.id)).toMatchObject({ verifiedAt: null, metadata: { drill: { ok: false } } });
    const row = await restoredFrom(stage, full.id);
    expect([row.status, row.metadata.error]).toEqual(['failed', expect.stringContaining('The database is unchanged.')]);
    expect(await stage.psql('select count(*) from orders')).toBe('10000');
  });

  it('has differences that fail their drill once what they refer to is lost', async () => {
    const store = await storeOf(stage.deps, first.database);
    const repository = resticRepository(stage.deps, store, first);
    await stage.deps.backupStore.forget(repository, [first.metadata.snapshot ?? ''], stage.signal);
    expect(await verifyBackup(stage.deps, all.id, stage.signal)).toEqual({
      failed: expect.stringContaining(`It is stored as differences to ${first.id.slice(0, 8)}, which cannot be read.`),
    });
  });
});
