import type { Database } from './database.ts';
import { executeSql } from './execute-sql.ts';

/**
 * Creates missing audit log partitions for this month and the next `monthsAhead` (UTC), and moves their rows out of the
 * default partition.
 */
export async function ensureAuditPartitions(database: Database, monthsAhead = 3): Promise<void> {
  await database.asSystem().transactional(async (em) => {
    const { rows } = await executeSql<{ partition: string }>(
      em,
      'select partition from ensure_audit_partitions($1) partition',
      [monthsAhead],
    );
    if (rows.length === 0) return;
    const details = { kind: 'audit_partition', after: { partitions: rows.map(({ partition }) => partition) } };
    await executeSql(
      em,
      `insert into audit_logs (action, resource_type, details) values ('audit.partitions', 'database', $1)`,
      [JSON.stringify(details)],
    );
  });
}
