import { countRows, deleteRows } from './in-batches.ts';
import { counted, cutoff, type Removed, type RetentionRun } from './retention-run.ts';

/** Deletes what was only needed for a while: deliveries of webhooks, codes that are used up, what has been told. */
export async function deleteRecords(run: RetentionRun): Promise<Removed> {
  const before = cutoff(run, run.deps.config.retention.recordsMs);
  const old = [
    { table: 'webhook_deliveries', condition: 'created_at < $1', one: 'webhook delivery', many: 'webhook deliveries' },
    { table: 'link_codes', condition: 'coalesce(used_at, expires_at) < $1', one: 'link code', many: 'link codes' },
    {
      table: 'notifications',
      condition: 'last_at < $1 and (ended_at is not null or shown_count >= count)',
      one: 'notification',
      many: 'notifications',
    },
  ] as const;
  const said: string[] = [];
  const details: Record<string, unknown> = {};
  for (const { table, condition, one, many } of old) {
    const rows = { table, condition, before };
    const count = await (run.dryRun ? countRows(run.deps, rows) : deleteRows(run.deps, rows, run.signal));
    const words = counted(count, one, many);
    if (words === undefined) continue;
    said.push(words);
    details[table] = count;
  }
  const end = run.dryRun ? 'to delete' : 'deleted';
  return { said: said.length > 0 ? `${said.join(', ')} ${end}` : undefined, details };
}
