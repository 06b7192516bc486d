import type { BackupRepository } from '../../backup-store/backup-store.ts';
import type { LogState, PointInTime } from '../../database-engines/point-in-time.ts';
import type { ArchivedLog } from '../../entities/backup-metadata.ts';
import type { Backup } from '../../entities/backup.ts';
import { Restore } from '../../entities/restore.ts';
import { databaseLease } from '../databases/database-lease.ts';
import { saveLog } from '../databases/recoverable.ts';
import { workLabels } from '../databases/work-labels.ts';
import type { Deps } from '../deps.ts';
import type { DatabaseAccess } from './database-access.ts';
import { resticRepository, storeOf } from './restic-repositories.ts';
import { tellOfLog } from './tell-of-log.ts';
import { openToolbox, type Toolbox } from './toolbox.ts';

/** Tag of the log's parts in a repository. */
export const logTag = 'log';
/** Parts that a later one replaced are deleted so many at once, which needs the repository for itself. */
const replacedAtOnce = 20;

const removed = 'Its server has removed log that was not archived yet.';

export interface Archiving {
  deps: Deps;
  access: DatabaseAccess;
  pit: PointInTime;
  signal: AbortSignal;
}

export function logOf({ metadata }: Pick<Backup, 'metadata'>): ArchivedLog {
  return metadata.log ?? { system: '', archived: '' };
}

/**
 * Archives the log behind a base backup up to now, in steps when there is much of it.
 * @param keepFrom Until here the server need keep nothing any more.
 */
export async function fetchLog(archiving: Archiving, base: Backup, keepFrom: string): Promise<void> {
  const { access, deps, pit, signal } = archiving;
  await using toolbox = openToolbox(deps, access, { labels: workLabels(base.id), signal });
  const repository = resticRepository(deps, await storeOf(deps, access.database), base);
  let log = logOf(base);
  for (let more = true; more;) {
    const current = new Date().toISOString();
    const state = pit.readState(
      await toolbox.run(pit.state(access.login, { archived: log.archived, keepFrom, seen: log.seen })),
    );
    const gap = gapBetween(pit, log, state);
    if (gap !== undefined) return endLog(archiving, base, gap);
    more = state.more;
    const part = pit.isBefore(log.archived, state.end)
      ? await storePart(archiving, base, { repository, state, toolbox })
      : {};
    if (part === undefined) return endLog(archiving, base, removed);
    const known = { ...part, archived: state.end, timeline: state.timeline, ...(!more && markOf(state)) };
    await saveLog(deps, base.id, { ...known, ...(!more && { until: state.now, current, failing: null }) });
    log = { ...log, ...known };
    base.metadata.log = log;
  }
  await dropReplaced(archiving, base, repository);
}

/**
 * A part begins with a whole piece, so it replaces the one before when that began with the same.
 * @returns undefined when the server has it no longer.
 */
async function storePart(
  { access, deps, pit, signal }: Archiving,
  base: Backup,
  { repository, state, toolbox }: { repository: BackupRepository; state: LogState; toolbox: Toolbox },
): Promise<Pick<ArchivedLog, 'last' | 'replaced'> | undefined> {
  const { last, replaced = [] } = logOf(base);
  const { order, range } = state;
  const part = toolbox.output(pit.fetch(access.login, range));
  const entry = { name: logTag, tag: logTag, order };
  try {
    const { snapshot } = await deps.backupStore.write(repository, entry, part, signal);
    return {
      last: { snapshot, first: range.first },
      ...(last?.first === range.first && { replaced: [...replaced, last.snapshot] }),
    };
  } catch (error) {
    if (error instanceof Error && pit.isRemoved(error.message)) return undefined;
    throw error;
  }
}

/** Not while somebody may read them. A part too many does no harm. */
async function dropReplaced({ deps, signal }: Archiving, base: Backup, repository: BackupRepository): Promise<void> {
  const { replaced = [] } = logOf(base);
  if (replaced.length < replacedAtOnce || (await isUsed(deps, base))) return;
  try {
    await deps.backupStore.drop(repository, replaced, signal);
    await saveLog(deps, base.id, { replaced: [] });
  } catch (error) {
    signal.throwIfAborted();
    deps.logger.warn({ err: error, backup: base.id }, 'replaced parts of the log stay for now');
  }
}

/** By a drill or the making of a base, which hold the database, or by a restore, which may hold another one. */
async function isUsed(deps: Deps, backup: Backup): Promise<boolean> {
  if (await deps.leases.isHeld(databaseLease(backup.database.id))) return true;
  return (await deps.database.asSystem().count(Restore, { backup, status: ['pending', 'running'] })) > 0;
}

async function endLog(archiving: Archiving, base: Backup, gap: string): Promise<void> {
  await saveLog(archiving.deps, base.id, { closed: gap });
  await tellOfLog(archiving, `${gap} A new base backup begins.`);
}

/** Why the log no longer goes on from what is archived. */
function gapBetween(pit: PointInTime, log: ArchivedLog, state: LogState): string | undefined {
  if (state.system !== log.system || pit.isBefore(state.end, log.archived)) {
    return 'The files of its server were replaced, so its log starts over.';
  }
  if (log.timeline !== undefined && log.timeline !== state.timeline) {
    return 'Its server was recovered or promoted, so its log has branched off.';
  }
  return state.kept ? state.obstacle : removed;
}

/** A mark that is beyond what was fetched is not in the archive yet. */
function markOf({ mark, seen }: LogState): Pick<ArchivedLog, 'mark' | 'seen'> {
  return { seen, ...(mark !== undefined && { mark }) };
}
