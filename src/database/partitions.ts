import type { Database } from './database.ts';
import { executeSql } from './execute-sql.ts';

/**
 * Makes the audit log's partitions of this month and of the `monthsAhead` next ones (UTC); those that are
 * there stay as they are. Rows that a default partition took in meanwhile move where they belong.
 */
export async function ensureAuditPartitions(database: Database, monthsAhead = 3): Promise<void> {
  await executeSql(database.asSystem(), 'select ensure_audit_partitions($1)', [monthsAhead]);
}
