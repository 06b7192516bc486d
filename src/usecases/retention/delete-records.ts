import { countRows, deleteRows } from './delete-in-batches.ts';
import { counted, cutoff, type Removed, type RetentionRun } from './retention-run.ts';

/** Authorities count what they issued within a week: our own count needs the orders for longer than that. */
const ordersMs = 30 * 24 * 3_600_000;

/** What is only needed for a while, and what of it is over: a condition of the row on the moment before which it is old. */
function recordsOf(run: RetentionRun) {
  const { deploymentsMs, recordsMs } = run.deps.config.retention;
  const before = cutoff(run, recordsMs);
  return [
    {
      table: 'webhook_deliveries',
      condition: 'created_at < $1',
      before,
      one: 'webhook delivery',
      many: 'webhook deliveries',
    },
    {
      table: 'link_codes',
      condition: 'coalesce(used_at, expires_at) < $1',
      before,
      one: 'link code',
      many: 'link codes',
    },
    { table: 'api_tokens', condition: 'revoked_at < $1', before, one: 'revoked token', many: 'revoked tokens' },
    {
      table: 'notifications',
      condition: 'last_at < $1 and (ended_at is not null or shown_count >= count)',
      before,
      one: 'notification',
      many: 'notifications',
    },
    {
      table: 'chat_messages',
      // One whose channel is gone, e.g. a console's, is never finished; its deployment is.
      condition: 'coalesce(finished_at, (select completed_at from deployments d where d.id = deployment_id)) < $1',
      before,
      one: 'live message',
      many: 'live messages',
    },
    {
      table: 'certificate_orders',
      // One that was under way when its domain was removed is never ended.
      condition: 'coalesce(ended_at, created_at) < $1 and (ended_at is not null or domain_id is null)',
      before: cutoff(run, Math.max(recordsMs, ordersMs)),
      one: 'certificate order',
      many: 'certificate orders',
    },
    {
      table: 'attempt_counts',
      condition: 'expire < extract(epoch from $1::timestamptz) * 1000',
      before,
      one: 'count of attempts',
      many: 'counts of attempts',
    },
    // Digests measure by them for as long as by deployments.
    {
      table: 'incidents',
      condition: 'ended_at < $1',
      before: cutoff(run, deploymentsMs),
      one: 'incident',
      many: 'incidents',
    },
  ] as const;
}

/** Deletes what was only needed for a while: deliveries of webhooks, codes that are used up, delivered notifications. */
export async function deleteRecords(run: RetentionRun): Promise<Removed> {
  const said: string[] = [];
  const details: Record<string, unknown> = {};
  for (const { one, many, ...rows } of recordsOf(run)) {
    const count = await (run.dryRun ? countRows(run.deps, rows) : deleteRows(run.deps, rows, run.signal));
    const words = counted(count, one, many);
    if (words === undefined) continue;
    said.push(words);
    details[rows.table] = count;
  }
  const end = run.dryRun ? 'to delete' : 'deleted';
  return { said: said.length > 0 ? `${said.join(', ')} ${end}` : undefined, details };
}
