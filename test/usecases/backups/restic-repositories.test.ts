import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { BackupStore } from '../../../src/entities/backup-store.ts';
import { Backup, type BackupType } from '../../../src/entities/backup.ts';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { openForBackup, resticRepository, storeOf } from '../../../src/usecases/backups/restic-repositories.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeBackupStore } from '../../support/fake-backups.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makeManagedDatabase } from '../../support/managed-database.ts';

const { signal } = new AbortController();
const { store: backupStore, repositories } = fakeBackupStore();
let db: TestDatabase;
let deps: Deps;
let crew: Crew;
let database: ManagedDatabase;
let store: BackupStore;

beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database, { backupStore });
  crew = await makeCrew(deps, 'shop');
});
afterAll(() => db.close());
beforeEach(async () => {
  const image = { image: 'postgres:17', version: '17' };
  const name = `db-${randomUUID().slice(0, 6)}`;
  const access = await makeManagedDatabase(deps, crew.project, 'postgresql', image, name);
  database = await system().findOneOrFail(ManagedDatabase, access.database.id, { populate: ['project'] });
  store = await storeOf(deps, database);
});

const system = () => db.database.asSystem();

async function makeBackup(type: BackupType, status: Backup['status']): Promise<Backup> {
  const id = randomUUID();
  const insert = `insert into backups (id, database_id, type, status, metadata) values ($1, $2, $3, $4, '{}')`;
  await executeSql(system(), insert, [id, database.id, type, status]);
  return system().findOneOrFail(Backup, id);
}

describe('the repositories of a database', () => {
  it('are below the data folder of today, wherever it was when the store was made', async () => {
    const moved = `update backup_stores set location = '/old/data/backups/' || id where id = $1`;
    await executeSql(system(), moved, [store.id]);
    const { location } = await system().findOneOrFail(BackupStore, store.id, { refresh: true });
    expect(location).toBe(`/old/data/backups/${store.id}`);
    const repository = resticRepository(deps, await storeOf(deps, database), { id: 'x', type: 'incremental' });
    expect(repository.location).toBe(join(deps.config.dataDir, 'backups', store.id, 'shared'));
  });

  it('are created for the first backup, and missed instead of created for a later one', async () => {
    const first = await makeBackup('incremental', 'pending');
    const repository = resticRepository(deps, store, first);
    await openForBackup(deps, repository, first, signal);
    expect(repositories.has(repository.location)).toBe(true);
    await makeBackup('snapshot', 'success');
    repositories.delete(repository.location);
    const opening = openForBackup(deps, repository, await makeBackup('incremental', 'pending'), signal);
    await expect(opening).rejects.toThrow(`there is no repository in ${repository.location}`);
    expect(repositories.has(repository.location)).toBe(false);
  });

  it('are created for each full backup, which has one of its own', async () => {
    await makeBackup('full', 'success');
    await makeBackup('incremental', 'success');
    const full = await makeBackup('full', 'pending');
    const repository = resticRepository(deps, store, full);
    await openForBackup(deps, repository, full, signal);
    expect(repositories.has(repository.location)).toBe(true);
  });
});
