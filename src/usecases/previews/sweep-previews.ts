import { executeSql } from '../../database/database.ts';
import { anyDuration, readDuration } from '../../units/durations.ts';
import { previewDefaults } from '../applications/preview-settings.ts';
import { previewPatienceMs } from '../deployments/request/enqueue-deployment.ts';
import type { Deps } from '../deps.ts';
import { enqueueSettling } from './preview-jobs.ts';

/** A job that failed has been tried for so long, milliseconds. */
const patienceMs = 10 * 60_000;

/** What a removal that was interrupted has left. */
const leftDatabases = 'exists (select from databases d where d.variant_id = p.variant_id)';

interface Row {
  id: string;
  state: 'waiting' | 'open' | 'closed';
  ttl: string | null;
  pinned: boolean;
  on: boolean;
  archived: boolean;
  active_at: Date;
  unsettled: boolean;
}

/**
 * Closes previews that nobody has used for their time, or whose application has none any more, settles again what an
 * earlier job could not, and gives deployments a turn that others have gone before for long.
 */
export async function sweepPreviews(deps: Deps): Promise<string | void> {
  await deps.queue.promoteLate(previewPatienceMs);
  const em = deps.database.asSystem();
  const { rows } = await executeSql<Row>(
    em,
    `select p.id, p.state, p.pinned, p.active_at, a.source_config ->> 'previews_ttl' as ttl,
       coalesce(a.source_config ->> 'previews' = 'true', false) as "on", a.deleted_at is not null as archived,
       p.updated_at < now() - $1 * interval '1 ms' and (
         p.state = 'waiting' or (p.state = 'open' and p.variant_id is null) or (p.state = 'closed' and (v.deleted_at is null or ${leftDatabases}))
       ) as unsettled
     from previews p join applications a on a.id = p.application_id left join applications v on v.id = p.variant_id
     where p.state <> 'closed' or (p.variant_id is not null and (v.deleted_at is null or ${leftDatabases}))`,
    [patienceMs],
  );
  let closed = 0;
  for (const row of rows) {
    const ttl = row.ttl ?? previewDefaults.ttl;
    const idle = !row.pinned && Date.now() - new Date(row.active_at).getTime() > readDuration(ttl, anyDuration);
    if (row.state !== 'closed' && idle) {
      closed += 1;
      await executeSql(
        em,
        `update previews set state = 'closed', reason = $2, updated_at = now() where id = $1 and active_at = $3`,
        [row.id, `nothing happened to it for ${ttl}`, row.active_at],
      );
    }
    if (idle || row.archived || !row.on || row.unsettled) await enqueueSettling(deps, row.id);
  }
  if (closed > 0) return `${closed} idle closed`;
}
