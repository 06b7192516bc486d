import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BackupStore } from '../../src/backup-store/backup-store.ts';
import { BackupStore as StoreRow } from '../../src/entities/backup-store.ts';
import { Backup } from '../../src/entities/backup.ts';
import { Restore } from '../../src/entities/restore.ts';
import { EngineAwayError } from '../../src/swarm/engine-errors.ts';
import { oneShots } from '../../src/swarm/containers/one-shots.ts';
import { connectDocker } from '../../src/swarm/dockerode.ts';
import { runBackup } from '../../src/usecases/backups/run-backup.ts';
import { verifyBackup } from '../../src/usecases/backups/verify-backup.ts';
import { runRestore } from '../../src/usecases/backups/run-restore.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { createCutProxy, type CutProxy } from '../support/cut-proxy.ts';
import { expectEnd, expectSuccess } from '../support/expect-end.ts';
import { docker } from '../support/swarm-fixture.ts';
import { runName } from '../support/test-run.ts';
import { until } from '../support/until.ts';

let stage: BackupStage;
let engine: CutProxy;
/** One that was made again. */
let made: Backup;

beforeAll(async () => {
  engine = await createCutProxy({ path: '/var/run/docker.sock' });
  stage = await backupStage('postgresql');
  const behind = connectDocker(`unix://${engine.path}`, { lookMs: 30_000, changeMs: 60_000 });
  stage.deps.oneShots = oneShots(behind, stage.deps.swarm.pull, runName());
  // Larger than what is read ahead of the packed text, so that the dump still runs in the middle of it.
  await stage.psql(`create table orders (id int primary key, note text);
    insert into orders select n, (select string_agg(md5(n || ' ' || k), '') from generate_series(1, 100) k)
      from generate_series(1, 10000) n`);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

const count = () => stage.psql('select count(*) from orders');

async function containersOf(id: string): Promise<number> {
  return (await docker.listContainers({ all: true, filters: { label: [`shipmate.backup=${id}`] } })).length;
}

/** Does something in the middle of the data that is stored, or that comes back. */
function inTheMiddle(act: () => void): BackupStore {
  const { backupStore: store } = stage.deps;
  async function* acting(data: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    let bytes = 0;
    for await (const chunk of data) {
      const before = bytes;
      bytes += chunk.length;
      if (before < 1_000_000 && bytes >= 1_000_000) act();
      yield chunk;
    }
  }
  return {
    ...store,
    write: (repository, entry, data, signal) => store.write(repository, entry, acting(data), signal),
    read: (repository, snapshot, name, signal) => acting(store.read(repository, snapshot, name, signal)),
  };
}

/** With the store as it is until then, and as it was afterwards. */
async function within(store: BackupStore, work: () => Promise<unknown>): Promise<void> {
  const { backupStore } = stage.deps;
  stage.deps.backupStore = store;
  try {
    await work();
  } finally {
    stage.deps.backupStore = backupStore;
  }
}

async function requestBackup(): Promise<string> {
  const { data } = await stage.root.type(`db backup ${stage.name} --type full`);
  return (data as { id: string }).id;
}

describe('a backup during which Docker goes away', () => {
  const outages: [string, () => void][] = [
    ['whose connections break, while the program ends well', () => engine.cut()],
    ['that takes no more connections', () => void engine.refuse()],
    ['that answers no more', () => engine.silence()],
  ];

  it.each(outages)('%s, is never a part of the data, and is made again', async (_, goAway) => {
    const id = await requestBackup();
    const found = () => stage.db.database.asSystem().findOneOrFail(Backup, id);
    // A dump that hangs with a silent Docker ends with its time limit or the process.
    const stop = new AbortController();
    const act = () => {
      goAway();
      if (goAway === outages[2]?.[1]) stop.abort(new Error('shutting down'));
    };
    await within(inTheMiddle(act), async () => {
      const failure = await runBackup(stage.deps, id, stop.signal).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(stop.signal.aborted ? Error : EngineAwayError);
    });
    expect(await found()).toMatchObject({ status: 'running' });
    await engine.restore();
    await runBackup(stage.deps, id, stage.signal);
    made = expectSuccess(await found());
    const { metadata } = made;
    expect([metadata.attempts, metadata.manifest?.['public.orders']?.rows]).toEqual([2, 10_000]);
    expect(await containersOf(id)).toBe(0);
  });

  it('fails with the reason when Docker stays away', async () => {
    const id = await requestBackup();
    await engine.refuse();
    for (let attempt = 1; attempt < 5; attempt += 1)
      await expect(runBackup(stage.deps, id, stage.signal)).rejects.toThrow(EngineAwayError);
    expect(await runBackup(stage.deps, id, stage.signal)).toEqual({
      failed: expect.stringContaining(`${stage.name}: Docker does not answer. Start the Docker`),
    });
    await engine.restore();
    expectEnd(await stage.db.database.asSystem().findOneOrFail(Backup, id), 'failed');
    const { location } = await stage.db.database
      .asSystem()
      .findOneOrFail(StoreRow, { database: stage.access.database });
    expect(await readdir(location)).not.toContain(`full-${id}`);
  });
});

describe('a drill during which Docker goes away', () => {
  it('says nothing of the backup, and is made again', async () => {
    const { id } = made;
    const found = () => stage.db.database.asSystem().findOneOrFail(Backup, id);
    await within(
      inTheMiddle(() => engine.cut()),
      async () => {
        await expect(verifyBackup(stage.deps, id, stage.signal)).rejects.toThrow(EngineAwayError);
      },
    );
    expect([(await found()).verifiedAt, (await found()).metadata.drill]).toEqual([null, undefined]);
    expect(await verifyBackup(stage.deps, id, stage.signal)).toEqual(
      expect.stringContaining('10000 rows in 1 tables match'),
    );
    expect(await containersOf(id)).toBe(0);
  });
});

describe('a restore during which Docker goes away', () => {
  it('never puts a part of the data in place, and is made again', async () => {
    await stage.psql('delete from orders where id > 5');
    const { data } = await stage.root.type(`db restore ${stage.name} ${made.id.slice(0, 8)} --yes`);
    const { restore } = data as { restore: string };
    const found = () => stage.db.database.asSystem().findOneOrFail(Restore, restore);
    await within(
      inTheMiddle(() => engine.cut()),
      async () => {
        await expect(runRestore(stage.deps, restore, stage.signal)).rejects.toThrow(EngineAwayError);
      },
    );
    expect([(await found()).status, await count()]).toEqual(['running', '5']);
    await runRestore(stage.deps, restore, stage.signal);
    expectSuccess(await found());
    expect(await count()).toBe('10000');
    await until('no container is left', async () => (await containersOf(restore)) === 0);
  });
});
