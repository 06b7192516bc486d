import { listManifests, type Manifest, readRows } from '../../archive/rows.ts';
import type { User } from '../../entities/user.ts';
import { ForbiddenError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { type AuditFilter, resourcesOf } from '../read-audit.ts';
import { type ArchivedEntry, auditPrefix, boundsOf } from './archive-audit.ts';

export interface ArchivedPage {
  /** The newest first. */
  entries: ArchivedEntry[];
  /** For `before`, to go on; undefined on the last page. */
  next: number | undefined;
}

/**
 * The entries of the audit log that lie in the archive, as far as the filter lets them through. Nothing in the archive
 * knows who may see what, so it is for those who see everything.
 * @throws {ForbiddenError} for anybody but a super_admin.
 */
export async function readArchivedAudit(deps: Deps, user: User, filter: AuditFilter): Promise<ArchivedPage> {
  if (user.role !== 'super_admin') {
    throw new ForbiddenError('`audit --archived` needs the role `super_admin`: the archive holds what everybody did.');
  }
  const passes = await filterOf(deps, user, filter);
  const wanted = filter.limit + 1;
  const entries: ArchivedEntry[] = [];
  for (const objects of await monthsOf(deps, filter)) {
    entries.push(...(await newestOf(deps, objects, passes, wanted - entries.length)));
    if (entries.length === wanted) break;
  }
  const shown = entries.slice(0, filter.limit);
  return { entries: shown, next: entries.length > filter.limit ? shown.at(-1)?.id : undefined };
}

/** The objects of each month that the filter reaches, the newest month first; late entries make a second object. */
async function monthsOf(deps: Deps, { since, until }: AuditFilter): Promise<Manifest[][]> {
  const byMonth = new Map<string, Manifest[]>();
  for (const manifest of await listManifests(deps.archive, auditPrefix)) {
    const month = String(manifest.about['month']);
    const [start, end] = boundsOf(month);
    if ((since && end <= since) || (until && start >= until)) continue;
    byMonth.set(month, [...(byMonth.get(month) ?? []), manifest]);
  }
  return [...byMonth.entries()].sort(([one], [other]) => (one < other ? 1 : -1)).map(([, objects]) => objects);
}

async function newestOf(
  deps: Deps,
  objects: Manifest[],
  passes: (entry: ArchivedEntry) => boolean,
  limit: number,
): Promise<ArchivedEntry[]> {
  let found: ArchivedEntry[] = [];
  const keepNewest = () => (found = found.sort((one, other) => other.id - one.id).slice(0, limit));
  for (const { object } of objects) {
    for await (const entry of readRows<ArchivedEntry>(deps.archive, object)) {
      if (!passes(entry)) continue;
      found.push(entry);
      if (found.length > 10 * limit) keepNewest();
    }
  }
  return keepNewest();
}

async function filterOf(deps: Deps, user: User, filter: AuditFilter): Promise<(entry: ArchivedEntry) => boolean> {
  const resources = await deps.database.asUser(user.id).transactional((em) => resourcesOf(em, filter));
  const { action, before, resourceType, since, until, username } = filter;
  const begins = action?.endsWith('*') ? action.slice(0, -1) : undefined;
  return (entry) => {
    const at = new Date(entry.created_at);
    return (
      (username === undefined || entry.username?.toLowerCase() === username.toLowerCase()) &&
      (resources === undefined || (entry.resource_id !== null && resources.includes(entry.resource_id))) &&
      (resourceType === undefined || entry.resource_type === resourceType) &&
      (action === undefined || (begins === undefined ? entry.action === action : entry.action.startsWith(begins))) &&
      (since === undefined || at >= since) &&
      (until === undefined || at < until) &&
      (before === undefined || entry.id < before)
    );
  };
}
