import type { PointInTime } from '../../database-engines/point-in-time.ts';
import { databaseEngines } from '../../database-engines/registry.ts';
import { Backup } from '../../entities/backup.ts';
import type { Deps } from '../deps.ts';
import { saveLog } from '../databases/recoverable.ts';
import { workLabels } from '../databases/work-labels.ts';
import { accessDatabase } from './database-access.ts';
import { beginBase } from './begin-base.ts';
import { type Archiving, fetchLog, logOf } from './fetch-log.ts';
import { messageOf } from './failure-reason.ts';
import { tellOfLog } from './tell-of-log.ts';
import { openToolbox } from './toolbox.ts';

/** How long a log may not be archived before somebody is told, milliseconds. */
const patienceMs = 5 * 60_000;

/**
 * Brings what is archived of one database up to now, or has its server keep its log no longer where `pitr` is off.
 * @returns whether it did.
 */
export async function archiveLog(deps: Deps, id: string, signal: AbortSignal): Promise<boolean> {
  const lease = await deps.leases.tryAcquire(`log:${id}`);
  if (!lease) return false;
  try {
    const access = await accessDatabase(deps, deps.database.asSystem(), id);
    const pit = databaseEngines[access.database.type].pointInTime;
    if (!pit) return false;
    const archiving = { deps, access, pit, signal: AbortSignal.any([signal, lease.lost]) };
    return await (access.database.config['pitr'] === true ? archiveBases(archiving) : leaveLog(archiving));
  } finally {
    await lease.release();
  }
}

/**
 * The older one of two bases is left once the newer one is whole and goes on from before its end. The log of one that is
 * being made is archived as well: its server need not keep it until hours later, and it can be restored at once.
 */
async function archiveBases(archiving: Archiving): Promise<boolean> {
  const { deps, pit } = archiving;
  const bases = await openBases(archiving);
  if (bases.length === 0) await beginBase(archiving);
  const fed = bases.filter(({ metadata }) => metadata.log?.archived !== undefined);
  const keepFrom = firstOf(pit, fed);
  let all = fed.length > 0;
  for (const base of fed) all = (await archiveOrTell(archiving, base, keepFrom)) && all;
  const whole = fed.filter(({ status }) => status === 'success');
  if (!all) return false;
  for (const { id } of whole.slice(0, -1)) await saveLog(deps, id, { closed: 'a newer base backup' });
  return true;
}

function firstOf(pit: PointInTime, bases: readonly Backup[]): string {
  const positions = bases.map((base) => logOf(base).archived);
  return positions.reduce((first, one) => (pit.isBefore(one, first) ? one : first), positions[0] ?? '');
}

/** Oldest first. */
async function openBases({ access, deps }: Archiving): Promise<Backup[]> {
  const order = { orderBy: { createdAt: 'asc' } } as const;
  const bases = await deps.database
    .asSystem()
    .find(Backup, { database: access.database.id, type: 'base', status: ['pending', 'running', 'success'] }, order);
  return bases.filter(({ metadata }) => metadata.log?.closed === undefined);
}

async function leaveLog({ access, deps, pit, ...archiving }: Archiving): Promise<boolean> {
  for (const { id } of await openBases({ access, deps, pit, ...archiving })) {
    await using toolbox = openToolbox(deps, access, { labels: workLabels(id), signal: archiving.signal });
    await toolbox.run(pit.forget(access.login));
    await saveLog(deps, id, { closed: '`pitr` was turned off' });
  }
  return true;
}

async function archiveOrTell(archiving: Archiving, base: Backup, keepFrom: string): Promise<boolean> {
  const { access, deps, signal } = archiving;
  try {
    await tellIfBehind(archiving, base);
    await fetchLog(archiving, base, keepFrom);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    const reason = messageOf(error, access);
    deps.logger.warn({ err: error, database: access.database.id }, 'could not archive the log');
    const failing = logOf(base).failing ?? { since: new Date().toISOString(), reason };
    const late = Date.now() - Date.parse(failing.since) > patienceMs;
    if (late && !failing.told) {
      await tellOfLog(archiving, `Its log cannot be archived since ${failing.since}: ${reason}`);
    }
    await saveLog(deps, base.id, { failing: { ...failing, reason, ...(late && { told: true }) } });
    return false;
  }
}

/** Nothing fails, yet it takes longer than the log needs to grow, or too many databases wait for their turn. */
async function tellIfBehind(archiving: Archiving, base: Backup): Promise<void> {
  const { current, failing } = logOf(base);
  if (current === undefined || failing || Date.now() - Date.parse(current) < patienceMs) return;
  const reason = `Its log is archived only up to ${current}: it is written faster than it is archived.`;
  await tellOfLog(archiving, reason);
  await saveLog(archiving.deps, base.id, { failing: { since: current, reason, told: true } });
}
