import type { PointInTime } from '../../database-engines/point-in-time.ts';
import { databaseEngines } from '../../database-engines/registry.ts';
import type { Backup } from '../../entities/backup.ts';
import { ConflictError } from '../../errors.ts';
import type { Running } from '../../swarm/containers/one-shot.ts';
import { seedTar } from '../../swarm/containers/seed-tar.ts';
import type { Deps } from '../deps.ts';
import { logTag } from './fetch-log.ts';
import type { DatabaseAccess } from './database-access.ts';
import { storedData } from './read-stored-data.ts';
import { resticRepository, storeOf } from './restic-repositories.ts';
import { throwAway } from './throw-away.ts';

interface Recovery {
  base: Backup;
  /** Undefined: as far as the log goes. */
  at: Date | undefined;
  labels: Record<string, string>;
  signal: AbortSignal;
}

/**
 * Starts a throw-away server with the files of a base backup and the log behind it, which comes up as it was at a moment.
 */
export async function startRecovered(deps: Deps, access: DatabaseAccess, recovery: Recovery): Promise<Running> {
  const pit = databaseEngines[access.database.type].pointInTime;
  if (!pit) throw new Error(`${access.database.type} cannot be restored to a moment`);
  const { since = '', until = '' } = recovery.base.metadata.log ?? {};
  if (until < since) throw new ConflictError('Its log is not archived up to the end of the copy yet, which needs it.');
  try {
    return await start(deps, access, pit, recovery);
  } catch (error) {
    const ended = error instanceof Error && pit.endedBefore(error.message);
    if (!ended || recovery.at === undefined) throw error;
    // The log is archived to the moment and beyond, and nothing was committed after it.
    return start(deps, access, pit, { ...recovery, at: undefined });
  }
}

async function start(
  deps: Deps,
  access: DatabaseAccess,
  pit: PointInTime,
  { at, base, labels, signal }: Recovery,
): Promise<Running> {
  const server = throwAway(access, base, labels);
  const { args, env, signal: mark } = pit.recovery(access.container.dataPath, at);
  const data = await storedData(deps, base, signal);
  const more = pieces(deps, base, mark, signal);
  const given = { args: [...server.args, ...args], env: { ...server.env, ...env }, data, more };
  const running = await deps.oneShots.start({ ...server, ...given }, signal);
  try {
    if (at === undefined) await requireWholeLog(running, access, pit, base, signal);
    return running;
  } catch (error) {
    await running.remove();
    throw error;
  }
}

/** A log that is cut off looks to the server like one that ends. */
async function requireWholeLog(
  server: Running,
  { login }: DatabaseAccess,
  pit: PointInTime,
  { metadata }: Backup,
  signal: AbortSignal,
): Promise<void> {
  const { mark } = metadata.log ?? {};
  if (mark === undefined) return;
  const printed = await server.run(pit.replayed({ ...login, host: '127.0.0.1' }), undefined, signal);
  const reached = printed.trim();
  // A base that began after the mark has it in its files.
  if (reached === '' || !pit.isBefore(reached, mark)) return;
  throw new ConflictError(`Its archived log breaks off at ${reached}, and should go on to ${mark} at least.`);
}

/** The file that makes the server recover, and the log part by part: a later part has more of the same piece. */
async function* pieces(
  deps: Deps,
  base: Backup,
  mark: string,
  signal: AbortSignal,
): AsyncIterable<AsyncIterable<Buffer>> {
  yield seedTar([mark], 0, nothing());
  const repository = resticRepository(deps, await storeOf(deps, base.database), base);
  for (const { snapshot } of await deps.backupStore.list(repository, logTag, signal)) {
    yield deps.backupStore.read(repository, snapshot, logTag, signal);
  }
}

async function* nothing(): AsyncIterable<Buffer> {}
