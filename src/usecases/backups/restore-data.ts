import type { LiveRestore } from '../../database-engines/dump-tool.ts';
import type { Backup } from '../../entities/backup.ts';
import { ConflictError } from '../../errors.ts';
import { seedTar } from '../../swarm/containers/seed-tar.ts';
import { endLogs } from '../databases/recoverable.ts';
import type { Deps } from '../deps.ts';
import type { DatabaseAccess } from './database-access.ts';
import { type DumpData, loadDump } from './load-dump.ts';
import type { Toolbox } from './toolbox.ts';
import { whileStopped } from './while-stopped.ts';

interface Work {
  signal: AbortSignal;
  /** Stores whether the database may have neither its old nor its restored contents, before that is so. */
  mark(incomplete: boolean): Promise<void>;
}

/** Restores into a running server with the engine's tools. */
export async function restoreLive(
  { run }: Toolbox,
  live: LiveRestore,
  data: DumpData,
  mark: Work['mark'],
): Promise<void> {
  if (!live.atomic) await mark(true);
  try {
    await loadDump(run, live, data);
  } catch (error) {
    for (const tool of live.mend) await run(tool, undefined, AbortSignal.timeout(60_000)).catch(() => undefined);
    throw error;
  }
}

/** Removes what a restore replaced. What is left of it goes with the next restore. */
export async function tidyLive(
  deps: Deps,
  access: DatabaseAccess,
  { tidy = [] }: LiveRestore,
  toolbox: Toolbox,
): Promise<void> {
  try {
    for (const tool of tidy) await toolbox.run(tool);
  } catch (error) {
    deps.logger.warn({ err: error, database: access.database.id }, 'could not remove what a restore replaced');
  }
}

/** Restores the files of a stopped server, which an earlier attempt may have left stopped. */
export async function restoreVolume(
  deps: Deps,
  access: DatabaseAccess,
  backup: Backup,
  data: AsyncIterable<Buffer>,
  { id, labels, mark, signal }: Work & { id: string; labels: Record<string, string> },
): Promise<void> {
  const { image, volume } = access;
  if (volume === undefined)
    throw new ConflictError('The database is not persistent, so there is no volume to restore into.');
  await deps.oneShots.requireVolume(volume).catch((error: unknown) => {
    // An earlier attempt may have died between deleting and recreating it.
    if (!backup.metadata.snapshot) throw error;
  });
  const tar = backup.type === 'snapshot' ? data : seedTar(access.tool.seedFiles ?? [], backup.sizeBytes ?? 0, data);
  await whileStopped(deps, access, { table: 'restores', id, signal, replacesFiles: true }, async () => {
    await mark(true);
    // The positions of the other files would be taken for those that are archived.
    await endLogs(deps, access.database.id, 'Its files were replaced by those of a snapshot.');
    try {
      await deps.oneShots.writeVolume({ volume, image, labels }, tar, signal);
    } catch (error) {
      // A volume that is still in use has not been touched.
      if (error instanceof ConflictError) await mark(false);
      throw error;
    }
  });
}
