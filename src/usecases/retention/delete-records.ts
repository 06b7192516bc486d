import { countRows, deleteRows } from './delete-in-batches.ts';
import { counted, cutoff, type Removed, type RetentionRun } from './retention-run.ts';

/** Retention of certificate orders, milliseconds: longer than the week that authorities' limits cover. */
const ordersMs = 30 * 24 * 3_600_000;

/** Changes of variables that are kept of each application and project, however old they are. */
const keptChanges = 100;

/** Short-lived records, each with the SQL condition that makes it expired at the cutoff. */
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
      // A message whose channel is gone, e.g. a console's, never finishes, but its deployment does.
      condition: 'coalesce(finished_at, (select completed_at from deployments d where d.id = deployment_id)) < $1',
      before,
      one: 'live message',
      many: 'live messages',
    },
    {
      table: 'scheduled_deployments',
      condition: 'ended_at < $1',
      before,
      one: 'scheduled deployment',
      many: 'scheduled deployments',
    },
    {
      table: 'variable_changes',
      condition: `created_at < $1 and id < (
        select n.id from variable_changes n
        where n.project_id = variable_changes.project_id and n.environment = variable_changes.environment
          and n.application_id is not distinct from variable_changes.application_id
          and n.for_previews = variable_changes.for_previews
        order by n.id desc offset ${keptChanges - 1} limit 1
      )`,
      before,
      one: 'change of variables',
      many: 'changes of variables',
    },
    {
      table: 'certificate_orders',
      // An order in progress when its domain was removed never ends.
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
    // Digests need them for as long as deployments.
    {
      table: 'incidents',
      condition: 'ended_at < $1',
      before: cutoff(run, deploymentsMs),
      one: 'incident',
      many: 'incidents',
    },
  ] as const;
}

/** Deletes expired short-lived records: webhook deliveries, used codes, delivered notifications. */
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
