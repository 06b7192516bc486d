import { databaseNow } from '../../database/database.ts';
import { Backup } from '../../entities/backup.ts';
import { enqueueBackup } from './request-backup.ts';
import type { Archiving } from './fetch-log.ts';

/** After one that failed, milliseconds; twice as long after each further one of the last day. */
const firstPauseMs = 10 * 60_000;
const longestPauseMs = 6 * 3_600_000;
const dayMs = 24 * 3_600_000;

/** Begins with the archive of a database, unless base backups have failed lately: each of them was told. */
export async function beginBase({ access, deps }: Archiving): Promise<void> {
  const em = deps.database.asSystem();
  const now = (await databaseNow(deps.database)).getTime();
  const lately = { database: access.database.id, type: 'base', status: 'failed' } as const;
  const failed = await em.find(
    Backup,
    { ...lately, completedAt: { $gt: new Date(now - dayMs) } },
    { orderBy: { completedAt: 'desc' }, limit: 10 },
  );
  const pause = failed.length > 0 ? Math.min(longestPauseMs, firstPauseMs * 2 ** (failed.length - 1)) : 0;
  if (now - (failed[0]?.completedAt?.getTime() ?? 0) < pause) return;
  await em.transactional((own) => enqueueBackup(deps, own, access.database, 'base', 'schedule'));
}
