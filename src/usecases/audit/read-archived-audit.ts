import { listManifests, type Manifest, readRows } from '../../archive/row-objects.ts';
import type { User } from '../../entities/user.ts';
import { ForbiddenError, UsageError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { type AuditFilter, resourceIds } from './read-audit.ts';
import { type ArchivedEntry, auditPrefix, boundsOf } from '../retention/archive-audit.ts';

export interface ArchivedPage {
  /** The newest first. */
  entries: ArchivedEntry[];
  /** Value of `before` for the next page; undefined on the last one. */
  next: number | undefined;
}

/**
 * Archived entries of the audit log that match the filter. The archive knows nothing of permissions, so only people who
 * may see everything read it.
 * @throws {ForbiddenError} for anybody but a super_admin.
 */
export async function readArchivedAudit(deps: Deps, user: User, filter: AuditFilter): Promise<ArchivedPage> {
  if (user.role !== 'super_admin') {
    throw new ForbiddenError('`audit --archived` needs the role `super_admin`: the archive covers every user.');
  }
  const passes = await filterOf(deps, user, filter);
  const manifests = await listManifests(deps.archive, auditPrefix);
  const after = filter.before === undefined ? undefined : await archivedPosition(deps, manifests, filter.before);
  const wanted = filter.limit + 1;
  const entries: ArchivedEntry[] = [];
  for (const objects of monthsOf(manifests, { ...filter, after })) {
    const older = (entry: ArchivedEntry) => (after === undefined || newestFirst(after, entry) < 0) && passes(entry);
    entries.push(...(await newestEntries(deps, objects, older, wanted - entries.length)));
    if (entries.length === wanted) break;
  }
  const shown = entries.slice(0, filter.limit);
  return { entries: shown, next: entries.length > filter.limit ? shown.at(-1)?.id : undefined };
}

/** Position of an entry in time; ids alone are not chronological. */
type Position = Pick<ArchivedEntry, 'id' | 'created_at'>;

function newestFirst(one: Position, other: Position): number {
  return Date.parse(other.created_at) - Date.parse(one.created_at) || other.id - one.id;
}

/** @throws {UsageError} when it is not in the archive. */
async function archivedPosition(deps: Deps, manifests: Manifest[], id: number): Promise<Position> {
  const possible = manifests.filter(({ about }) => Number(about['lastId']) >= id);
  for (const { object } of possible.sort((one, other) => (one.object < other.object ? 1 : -1))) {
    for await (const entry of readRows<ArchivedEntry>(deps.archive, object)) if (entry.id === id) return entry;
  }
  throw new UsageError(`There is no archived audit entry ${id}. The end of each page shows where the next one starts.`);
}

/** The objects of each month that the filter covers, newest month first. */
function monthsOf(
  manifests: Manifest[],
  { since, until, after }: AuditFilter & { after: Position | undefined },
): Manifest[][] {
  const byMonth = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    const month = String(manifest.about['month']);
    const [start, end] = boundsOf(month);
    if ((since && end <= since) || (until && start >= until)) continue;
    if (after && start > new Date(after.created_at)) continue;
    byMonth.set(month, [...(byMonth.get(month) ?? []), manifest]);
  }
  return [...byMonth.entries()].sort(([one], [other]) => (one < other ? 1 : -1)).map(([, objects]) => objects);
}

/**
 * A month may have several objects: late entries get a second one, and so does an entry written between a killed run
 * and the next; in that case both objects contain the older entries.
 */
async function newestEntries(
  deps: Deps,
  objects: Manifest[],
  passes: (entry: ArchivedEntry) => boolean,
  limit: number,
): Promise<ArchivedEntry[]> {
  let found = new Map<number, ArchivedEntry>();
  const newest = () => [...found.values()].sort(newestFirst).slice(0, limit);
  for (const { object } of objects) {
    for await (const entry of readRows<ArchivedEntry>(deps.archive, object)) {
      if (!passes(entry)) continue;
      found.set(entry.id, entry);
      if (found.size > 10 * limit) found = new Map(newest().map((one) => [one.id, one]));
    }
  }
  return newest();
}

async function filterOf(deps: Deps, user: User, filter: AuditFilter): Promise<(entry: ArchivedEntry) => boolean> {
  const resources = await deps.database.asUser(user.id).transactional((em) => resourceIds(em, filter));
  const { action, resourceType, since, until, username } = filter;
  const begins = action?.endsWith('*') ? action.slice(0, -1) : undefined;
  return (entry) => {
    const at = new Date(entry.created_at);
    return (
      (username === undefined || entry.username?.toLowerCase() === username.toLowerCase()) &&
      (resources === undefined || (entry.resource_id !== null && resources.includes(entry.resource_id))) &&
      (resourceType === undefined || entry.resource_type === resourceType) &&
      (action === undefined || (begins === undefined ? entry.action === action : entry.action.startsWith(begins))) &&
      (since === undefined || at >= since) &&
      (until === undefined || at < until)
    );
  };
}
