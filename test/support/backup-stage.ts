import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { resticStore } from '../../src/backup-store/restic.ts';
import { advisoryLeases } from '../../src/database/lease.ts';
import { Backup, type BackupType } from '../../src/entities/backup.ts';
import type { DatabaseType } from '../../src/entities/managed-database.ts';
import { oneShots } from '../../src/swarm/one-shots.ts';
import type { DatabaseAccess } from '../../src/usecases/backups/database-access.ts';
import { runBackup } from '../../src/usecases/backups/run-backup.ts';
import { requestBackup } from '../../src/usecases/backups/request-backup.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createTestDatabase } from './database.ts';
import { ensureDatabaseImage } from './database-images.ts';
import { makeProject } from './factories.ts';
import { fakeDeps } from './fakes.ts';
import { makeManagedDatabase, startDatabase } from './managed-database.ts';
import { makePerson } from './person.ts';
import { resticInPath } from './restic.ts';
import { docker, removeNetwork, swarmWith } from './swarm-fixture.ts';

/** A real server on the Swarm, a real store in a folder, and somebody who speaks to Shipmate. */
export async function backupStage(type: Exclude<DatabaseType, 'mongodb'>) {
  await resticInPath();
  const db = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'shipmate-backups-'));
  const swarm = swarmWith();
  const base = fakeDeps(db.database);
  const deps: Deps = {
    ...base,
    config: { ...base.config, dataDir },
    swarm,
    oneShots: oneShots(docker, swarm.pull),
    backupStore: resticStore({ dataDir, s3: undefined }),
    leases: advisoryLeases(db.url),
  };
  const root = await makePerson(deps, 'super_admin');
  const project = await makeProject(db.database, { owner: root.user });
  const image = await ensureDatabaseImage(type);
  const access = await makeManagedDatabase(deps, project, type, image);
  await startDatabase(deps, access);
  const name = `${project.name}/${access.database.name}`;
  const { signal } = new AbortController();

  /** Runs one of the image's programs against the server. */
  function run(command: string[], env: Record<string, string> = {}): Promise<string> {
    const shot = { image: image.image, command, env, files: {}, network: access.network, labels: {} };
    return deps.oneShots.run(shot, undefined, signal);
  }

  async function backUp(kind: BackupType): Promise<Backup> {
    const { id } = await requestBackup(deps, { user: root.user, origin: root.origin, database: name, type: kind });
    await runBackup(deps, id, signal);
    return db.database.asSystem().findOneOrFail(Backup, id, { populate: ['database.project'] });
  }

  return {
    db,
    deps,
    root,
    project,
    access,
    name,
    image: image.image,
    signal,
    run,
    backUp,
    async [Symbol.asyncDispose]() {
      await removeDatabase(deps, access);
      await removeNetwork(access.network);
      await deps.leases.close();
      await db.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type BackupStage = Awaited<ReturnType<typeof backupStage>>;

async function removeDatabase(deps: Deps, { service, volume = '' }: DatabaseAccess): Promise<void> {
  await deps.swarm.remove(service);
  for (let left = 50; left > 0; left -= 1) {
    try {
      return await deps.swarm.removeVolume(volume);
    } catch (error) {
      if (left === 1) throw error;
      await delay(200);
    }
  }
}
