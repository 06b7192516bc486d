import { executeSql } from '../../database/database.ts';
import type { Deps } from '../deps.ts';
import { archiveLog } from './archive-log.ts';
import { takeTurns } from './take-turns.ts';

/**
 * Databases whose logs are archived at the same time. Each takes a container and a restic, two to four seconds together
 * when something was written: about thirty busy databases stay within a look, ninety within the recovery point of 60 s.
 */
const atOnce = 4;
/** From the beginning of one look at a database to that of the next, milliseconds. */
const lookMs = 20_000;
/** The same after one that failed, which may have waited long for its server or its store. */
const failedLookMs = 60_000;
/** The job begins every minute; as long as one database catches up, the others are looked at by the same run. */
const lasts = { usual: 50_000, most: 10 * 60_000 };

/** Archives the logs of all databases with `pitr` on for about a minute. */
export async function archiveLogs(deps: Deps, signal: AbortSignal): Promise<string> {
  const good = new Map<string, boolean>();

  async function take(id: string): Promise<number> {
    try {
      good.set(id, await archiveLog(deps, id, signal));
    } catch (error) {
      good.set(id, false);
      if (!signal.aborted) deps.logger.warn({ err: error, database: id }, 'could not look at the log');
    }
    return good.get(id) === true ? lookMs : failedLookMs;
  }

  await takeTurns({ list: () => listLogged(deps), take, atOnce, lasts }, signal);
  if (good.size === 0) return 'nothing to archive';
  const archived = [...good.values()].filter(Boolean).length;
  return archived < good.size ? `${archived} archived, ${good.size - archived} not` : `${archived} archived`;
}

/** Databases with `pitr` on, and those whose server still keeps its log since it was on. */
async function listLogged({ database }: Pick<Deps, 'database'>): Promise<string[]> {
  const { rows } = await executeSql<{ id: string }>(
    database.asSystem(),
    `select id from databases d where status = 'running' and (config -> 'pitr' = 'true' or exists (
       select from backups b where b.database_id = d.id and b.type = 'base' and b.status = 'success'
         and b.metadata #> '{log,closed}' is null and b.metadata #> '{log,system}' is not null))`,
  );
  return rows.map(({ id }) => id);
}
