import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BackupStore } from '../../src/backup-store/backup-store.ts';
import { executeSql } from '../../src/database/database.ts';
import type { Backup } from '../../src/entities/backup.ts';
import { verifyBackup } from '../../src/usecases/backups/verify-backup.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { restoredFrom } from '../support/restored-from.ts';
import { docker, runningContainers } from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

let stage: BackupStage;
let snapshot: Backup;

beforeAll(async () => {
  stage = await backupStage('postgresql');
  await stage.psql('create table orders as select n from generate_series(1, 1000) n');
});
afterAll(() => stage[Symbol.asyncDispose]());

/** Does something between the last byte of a backup and its end. */
function afterData(act: () => Promise<void>): BackupStore['write'] {
  const { backupStore: store } = stage.deps;
  return (repository, entry, data, signal) => {
    const acting = async function* () {
      yield* data;
      await act();
    };
    return store.write(repository, entry, acting(), signal);
  };
}

describe('a snapshot of a PostgreSQL database', () => {
  it('is read from its files while it is stopped, whatever is asked of the server meanwhile', async () => {
    const { backupStore, leases } = stage.deps;
    // Asked for before, and done by another process only once the server is stopped.
    await stage.root.type(`db set ${stage.name} --config max_connections=33`);
    await executeSql(stage.db.database.asSystem(), `update databases set status = 'running'`, []);
    let refused = '';
    let waits = 0;
    let settling: Promise<void> | undefined;
    stage.deps.leases = {
      ...leases,
      async tryAcquire(name) {
        const lease = await leases.tryAcquire(name);
        if (!lease) waits += 1;
        return lease;
      },
    };
    stage.deps.backupStore = {
      ...backupStore,
      write: afterData(async () => {
        settling = stage.work((job) => job.name === 'reconcile-database');
        await until('it waits for its turn', () => waits > 0);
        refused = (await stage.root.type(`db restart ${stage.name}`)).text ?? '';
        expect(await runningContainers(stage.access.service)).toEqual([]);
      }),
    };
    snapshot = await stage.backUp('snapshot');
    Object.assign(stage.deps, { backupStore, leases });
    await settling;
    expectSuccess(snapshot);
    expect(snapshot.metadata.stopped_replicas).toBeNull();
    expect(snapshot.metadata.downtime_seconds).toBeGreaterThan(0);
    expect(refused).toContain('is stopped for a backup of its files');
    expect(await stage.psqlOnceUp('show max_connections')).toBe('33');
  });

  it('is verified by a server that comes up with it', async () => {
    expect(await verifyBackup(stage.deps, snapshot.id, stage.signal)).toEqual(
      expect.stringContaining('1000 rows in 1 tables are readable'),
    );
  });

  it('is put back, although Swarm keeps the container of a server that was replaced before', async () => {
    const { volume = '' } = stage.access;
    const replaced = await stage.restartServer();
    await stage.psqlOnceUp('delete from orders');
    const filters = { volume: [volume], status: ['exited'] };
    expect((await docker.listContainers({ all: true, filters })).map(({ Id }) => Id)).toEqual(
      expect.arrayContaining(replaced),
    );
    expectSuccess(await restoredFrom(stage, snapshot.id));
    expect(await stage.psqlOnceUp('select count(*) from orders')).toBe('1000');
  });
});
