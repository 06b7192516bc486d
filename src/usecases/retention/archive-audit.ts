import { archiveRows, type Manifest } from '../../archive/row-objects.ts';
import { type EntityManager, executeSql } from '../../database/database.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { briefTransaction } from './delete-in-batches.ts';
import { counted, cutoff, type Removed, type RetentionRun } from './retention-run.ts';

/** Most entries in memory. */
const readRows = 2_000;
export const auditPrefix = 'audit/';

/** An archived entry of the audit log. */
export interface ArchivedEntry {
  id: number;
  created_at: string;
  user_id: string | null;
  /** The username when the month was archived. */
  username: string | null;
  action: string;
  resource_type: string;
  resource_id: string | null;
  details: Record<string, unknown>;
  ip_address: string | null;
  user_agent: string | null;
}

/** A month of the audit log with its own partition. */
interface Month {
  partition: string;
  /** e.g. `2025-11`. */
  name: string;
  rows: number;
  lastId: number;
}

/**
 * Archives the months of the audit log that ended before the retention period. First it writes the object and reads it
 * back, then it drops the partition if that still has the archived rows. After a kill in between, the next run finds
 * the object by its name, which derives from its contents.
 */
export async function archiveAudit(run: RetentionRun): Promise<Removed> {
  const { deps, signal, dryRun } = run;
  const before = startOfMonth(cutoff(run, deps.config.retention.auditMs));
  if (dryRun) return { said: await count(deps, before), details: {} };
  await partOldRows(deps, before, signal);
  const months = await monthsBefore(deps, before);
  const entries = months.reduce((sum, { rows }) => sum + rows, 0);
  for (const month of months) {
    signal.throwIfAborted();
    await archiveMonth(deps, month, signal);
  }
  const said = monthsText(months.length, entries, 'archived');
  return { said, details: { audit_months: months.length } };
}

async function count(deps: Deps, before: Date): Promise<string | undefined> {
  const { rows } = await executeSql<{ months: string; entries: string }>(
    deps.database.asSystem(),
    `select count(distinct date_trunc('month', created_at at time zone 'UTC')) as months, count(*) as entries
     from audit_logs where created_at < $1`,
    [before],
  );
  return monthsText(Number(rows[0]?.months), Number(rows[0]?.entries), 'to archive');
}

function monthsText(months: number, entries: number, what: string): string | undefined {
  const said = counted(months, 'month of the audit log', 'months of the audit log');
  return said && `${said} ${what} (${entries.toLocaleString('en')} entries)`;
}

async function archiveMonth(deps: Deps, month: Month, signal: AbortSignal): Promise<void> {
  const stored = month.rows > 0 ? await storeMonth(deps, month, signal) : undefined;
  const { partition, rows, lastId } = month;
  const drop = async (em: EntityManager): Promise<void> => {
    await recordAudit(em, {
      action: 'audit.archive',
      resourceType: 'database',
      details: { kind: 'audit_partition', partition, object: stored?.object, rows, sha256: stored?.sha256 },
    });
    // Last, as from then on until the end nobody else gets at the audit log.
    await executeSql(em, 'select drop_audit_partition($1, $2, $3)', [partition, rows, lastId]);
  };
  await briefTransaction(deps, drop, signal);
}

function storeMonth(deps: Deps, month: Month, signal: AbortSignal): Promise<Manifest> {
  const name = `${auditPrefix}${month.name}-${month.rows}-${month.lastId}.ndjson.gz`;
  const about = { what: 'audit', month: month.name, lastId: month.lastId };
  return archiveRows(deps.archive, { name, rows: entriesOf(deps, month, signal), about, signal });
}

/** Creates partitions for old entries that have none of their own. */
async function partOldRows(deps: Deps, before: Date, signal: AbortSignal): Promise<void> {
  const part = (em: EntityManager) => executeSql(em, 'select part_old_audit_rows($1)', [before]);
  for (;;) {
    const { rows } = await briefTransaction(deps, part, signal);
    if (rows.length === 0) return;
  }
}

async function monthsBefore(deps: Deps, before: Date): Promise<Month[]> {
  const em = deps.database.asSystem();
  const { rows } = await executeSql<{ partition: string }>(
    em,
    `select relname as partition from pg_inherits join pg_class on pg_class.oid = inhrelid
     where inhparent = 'audit_logs'::regclass and relname ~ '^audit_logs_\\d{4}_\\d{2}$' order by relname`,
  );
  const months: Month[] = [];
  for (const { partition } of rows) {
    const name = partition.slice(-7).replace('_', '-');
    const [start, end] = boundsOf(name);
    if (end > before) break;
    const counted = await executeSql<{ rows: string; last: string }>(
      em,
      'select count(*) as rows, coalesce(max(id), 0) as last from audit_logs where created_at >= $1 and created_at < $2',
      [start, end],
    );
    months.push({ partition, name, rows: Number(counted.rows[0]?.rows), lastId: Number(counted.rows[0]?.last) });
  }
  return months;
}

async function* entriesOf(deps: Deps, { name }: Month, signal: AbortSignal): AsyncGenerator<ArchivedEntry> {
  const [start, end] = boundsOf(name);
  let last: { at: string; id: number } = { at: start.toISOString(), id: -1 };
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await executeSql<ArchivedEntry & { at: string }>(
      deps.database.asSystem(),
      `select l.id::float8 as id, to_json(l.created_at) as created_at, l.created_at::text as at, l.user_id, u.username,
         l.action, l.resource_type, l.resource_id, l.details, host(l.ip_address) as ip_address, l.user_agent
       from audit_logs l left join users u on u.id = l.user_id
       where l.created_at >= $1 and l.created_at < $2 and (l.created_at, l.id) > ($3::timestamptz, $4)
       order by l.created_at, l.id limit ${readRows}`,
      [start, end, last.at, last.id],
    );
    for (const { at, ...entry } of rows) {
      yield entry;
      last = { at, id: entry.id };
    }
    if (rows.length === 0) return;
  }
}

/** Start of the month and of the next one. */
export function boundsOf(name: string): [start: Date, end: Date] {
  const [year = 0, month = 1] = name.split('-').map(Number);
  return [new Date(Date.UTC(year, month - 1)), new Date(Date.UTC(year, month))];
}

function startOfMonth(date: Date): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth()));
}
