import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreError } from '../../../src/backup-store/restic.ts';
import { executeSql } from '../../../src/database/database.ts';
import { Backup, type BackupType } from '../../../src/entities/backup.ts';
import { Restore } from '../../../src/entities/restore.ts';
import { storedData } from '../../../src/usecases/backups/read-stored-data.ts';
import { rotateBackups } from '../../../src/usecases/backups/rotate-backups.ts';
import { runBackup } from '../../../src/usecases/backups/run-backup.ts';
import { verifyBackup } from '../../../src/usecases/backups/verify-backup.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { dumpText, row, rows } from '../../support/dump-text.ts';
import { fakeBackupStore, fakeOneShots } from '../../support/fake-backups.ts';
import { fakeDeps, fakeQueue } from '../../support/fakes.ts';
import { makeManagedDatabase } from '../../support/managed-database.ts';

const { signal } = new AbortController();
const leases: Deps['leases'] = {
  tryAcquire: async () => ({ lost: signal, release: async () => undefined }),
  isHeld: async () => false,
  close: async () => undefined,
};
const { store, repositories } = fakeBackupStore();

/** 9 MB, half of it once it is packed; the second with every hundredth row changed, the third with half of them. */
const lines = rows(9_000, 1_000);
const changed = (every: number) => lines.map((line, id) => (id % every === 0 ? row(id, 1_000, `changed ${id}`) : line));
const before = dumpText(lines);
const after = dumpText(changed(100));
const later = dumpText(changed(2));

let db: TestDatabase;
let deps: Deps;
let crew: Crew;
let name: string;
let databaseId: string;
let printed: () => AsyncIterable<Buffer>;

const prints = (dump: Buffer) => {
  printed = async function* () {
    for (let at = 0; at < dump.length; at += 65_536) yield dump.subarray(at, at + 65_536);
  };
};

beforeAll(async () => {
  db = await createTestDatabase();
  const oneShots = fakeOneShots({ output: () => printed() });
  deps = fakeDeps(db.database, { leases, backupStore: store, queue: fakeQueue().queue, oneShots });
  crew = await makeCrew(deps, 'shop');
});
afterAll(() => db.close());
beforeEach(async () => {
  const image = { image: 'postgres:17', version: '17' };
  const access = await makeManagedDatabase(deps, crew.project, 'postgresql', image, `db-${randomUUID().slice(0, 6)}`);
  databaseId = access.database.id;
  name = `shop/${access.database.name}`;
});

const system = () => db.database.asSystem();
const found = (id: string) => system().findOneOrFail(Backup, id, { populate: ['database.project'] });
const short = ({ id }: Backup) => id.slice(0, 8);

async function requested(type: BackupType = 'incremental'): Promise<string> {
  const { data } = await crew.ada.type(`db backup ${name} --type ${type}`);
  return (data as { id: string }).id;
}

async function backedUp(dump: Buffer, type: BackupType = 'incremental', given = deps): Promise<Backup> {
  prints(dump);
  const id = await requested(type);
  await runBackup(given, id, signal);
  return found(id);
}

async function restored(backup: Backup): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of await storedData(deps, backup, signal)) parts.push(part);
  return Buffer.concat(parts);
}

/** What the store has of a backup. */
function stored({ metadata, storagePath }: Backup): { data: Buffer } {
  const snapshot = repositories.get(storagePath ?? '')?.get(metadata.snapshot ?? '');
  if (!snapshot) throw new Error('the store has nothing of it');
  return snapshot;
}

async function age(backup: Backup, days: number): Promise<void> {
  const sql = 'update backups set created_at = now() - make_interval(days => $2) where id = $1';
  await executeSql(system(), sql, [backup.id, days]);
}

const ids = async () => (await system().find(Backup, { database: databaseId })).map(({ id }) => id).sort();

/** A store that does not give what a backup stored. */
function without({ metadata }: Backup): Deps {
  const read: typeof store.read = async function* (repository, snapshot, ...rest) {
    if (snapshot === metadata.snapshot) throw new StoreError('The backup store: no such snapshot.');
    yield* store.read(repository, snapshot, ...rest);
  };
  return { ...deps, backupStore: { ...store, read } };
}

describe('an incremental backup of text', () => {
  it('is stored as its differences to the one before, and comes back as it was', async () => {
    const [first, second] = [await backedUp(before), await backedUp(after)];
    expect(first).toMatchObject({ reference: null, metadata: { packed: 'zstd' } });
    expect(second).toMatchObject({ status: 'success', reference: { id: first.id }, metadata: { packed: 'delta' } });
    expect(second.metadata.manifest).toMatchObject({ 'public.orders': { rows: 9_000 } });
    expect(second.metadata.stored_bytes).toBeLessThan((first.metadata.stored_bytes ?? 0) * 0.05);
    expect((await restored(second)).equals(after)).toBe(true);
    // Against the same one again: what has changed since adds up in one step.
    const third = await backedUp(later);
    expect(third.reference?.id).toBe(first.id);
    expect((await restored(third)).equals(later)).toBe(true);
    const { table } = await crew.viewer.type(`db backups ${name}`);
    expect(table?.rows.map(([, type]) => type)).toEqual([
      `incremental to ${short(first)}`,
      `incremental to ${short(first)}`,
      'incremental',
    ]);
  });

  it('is stored as a whole once the differences have grown, and says why', async () => {
    const [first, second, third] = [await backedUp(before), await backedUp(later), await backedUp(after)];
    expect(second.reference?.id).toBe(first.id);
    const share = Math.round(((second.metadata.packed_as?.bytes ?? 0) / (first.metadata.packed_as?.bytes ?? 1)) * 100);
    expect(third).toMatchObject({
      reference: null,
      metadata: {
        packed: 'zstd',
        whole_because: `the differences to ${short(first)} had grown to ${share} % of it`,
      },
    });
    expect((await crew.viewer.type(`db backups ${name}`)).text).toContain(
      `${short(third)} is stored as a whole: the differences to ${short(first)} had grown to ${share} % of it.`,
    );
    expect((await backedUp(before)).reference?.id).toBe(third.id);
  });

  it('is stored as a whole when the one before failed its drill or has no marks', async () => {
    const first = await backedUp(before);
    const set = (to: string) => executeSql(system(), `update backups set ${to} where id = $1`, [first.id]);
    await set(`metadata = metadata || '{"drill":{"ok":false}}'`);
    const second = await backedUp(after);
    expect(second).toMatchObject({
      reference: null,
      metadata: { whole_because: `the last drill of ${short(first)} failed` },
    });
    await executeSql(system(), 'update backups set marks = null where id = $1', [second.id]);
    expect((await backedUp(before)).reference).toBeNull();
  });

  it('is stored as a whole when the one before cannot be read', async () => {
    const first = await backedUp(before);
    const second = await backedUp(after, 'incremental', without(first));
    expect(second).toMatchObject({ status: 'success', reference: null });
    expect(second.metadata.whole_because).toBe(
      `its differences to ${short(first)} could not be stored: The backup store: no such snapshot.`,
    );
    expect((await restored(second)).equals(after)).toBe(true);
  });

  it('is none of them when it is a full one', async () => {
    await backedUp(before);
    const full = await backedUp(after, 'full');
    expect(full).toMatchObject({ reference: null, metadata: { packed: 'zstd' } });
    expect(full.metadata.whole_because).toBeUndefined();
    expect((await backedUp(after)).reference?.id).not.toBe(full.id);
  });

  it('is begun again as differences when its worker died', async () => {
    const first = await backedUp(before);
    const id = await requested();
    const stop = new AbortController();
    printed = async function* () {
      yield after.subarray(0, 3_000_000);
      stop.abort(new Error('shutting down'));
      stop.signal.throwIfAborted();
    };
    await expect(runBackup(deps, id, stop.signal)).rejects.toThrow('shutting down');
    expect(await found(id)).toMatchObject({ status: 'running', reference: null });
    prints(after);
    await runBackup(deps, id, signal);
    const second = await found(id);
    expect(second).toMatchObject({ status: 'success', reference: { id: first.id }, metadata: { attempts: 2 } });
    expect((await restored(second)).equals(after)).toBe(true);
  });
});

describe('a drill of differences', () => {
  it('fails when they, or what they refer to, are not what was stored', async () => {
    const [first, second] = [await backedUp(before), await backedUp(after)];
    const change = ({ data }: { data: Buffer }) => {
      const middle = Math.floor(data.length / 2);
      data.writeUInt8(data.readUInt8(middle) ^ 0xff, middle);
    };
    change(stored(second));
    await expect(restored(second)).rejects.toThrow();
    change(stored(second));
    change(stored(first));
    expect(await verifyBackup(deps, second.id, signal)).toEqual({ failed: expect.stringContaining(name) });
    expect(await found(second.id)).toMatchObject({ verifiedAt: null, metadata: { drill: { ok: false } } });
  });

  it('says that what they refer to is lost', async () => {
    const [first, second] = [await backedUp(before), await backedUp(after)];
    const why = `It is stored as differences to ${short(first)}, which cannot be read. The backup store: no such snapshot.`;
    expect(await verifyBackup(without(first), second.id, signal)).toEqual({ failed: `${name}: ${why}` });
    expect((await crew.viewer.type(`db backups ${name}`)).text).toContain(`${short(second)} is not good: ${why}`);
  });
});

describe('what differences refer to', () => {
  /** Full ones of all days and weeks that the rotation keeps one of. */
  async function fill(): Promise<void> {
    await executeSql(
      system(),
      `insert into backups (id, database_id, type, status, created_at)
       select gen_random_uuid(), $1, 'full', 'success', now() - make_interval(days => days)
       from unnest(array[0, 1, 2, 3, 4, 5, 6, 8, 15, 22, 29]) days`,
      [databaseId],
    );
  }

  it('stays as long as they do, and goes with them', async () => {
    const [first, second] = [await backedUp(before), await backedUp(after)];
    await fill();
    await age(first, 60);
    await rotateBackups(deps, signal);
    expect(await ids()).toEqual(expect.arrayContaining([first.id, second.id]));
    expect((await restored(second)).equals(after)).toBe(true);
    await age(second, 59);
    await rotateBackups(deps, signal);
    expect(await ids()).not.toContain(first.id);
    expect(await ids()).not.toContain(second.id);
    expect(repositories.get(first.storagePath ?? '')?.size).toBe(0);
  });

  it('stays while a restore of them waits, and neither of them is deleted alone', async () => {
    const [first, second] = [await backedUp(before), await backedUp(after)];
    const { data } = await crew.ada.type(`db restore ${name} ${short(second)}`);
    expect((await system().findOneOrFail(Restore, (data as { restore: string }).restore)).status).toBe('waiting');
    await fill();
    await age(first, 60);
    await age(second, 59);
    await rotateBackups(deps, signal);
    expect(await ids()).toEqual(expect.arrayContaining([first.id, second.id]));
    await expect(executeSql(system(), 'delete from backups where id = $1', [first.id])).rejects.toThrow(
      'backups_reference_id_foreign',
    );
    await executeSql(system(), 'delete from volumes where database_id = $1', [databaseId]);
    await executeSql(system(), 'delete from databases where id = $1', [databaseId]);
    expect(await ids()).toEqual([]);
  });
});
