import { MikroORM } from '@mikro-orm/postgresql';
import { AuditLog } from '../entities/audit-log.ts';
import { ormOptions } from './orm.ts';

/**
 * Months of the audit log (UTC) that were made while Shipmate ran, with the bounds that their names promise, as this
 * session's time zone writes them.
 */
const months = `
  select name, format('from (%L) to (%L)', month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC') as values
  from (
    select relname as name, to_date(right(relname, 7), 'YYYY_MM')::timestamp as month
    from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'audit_logs'::regclass and relname ~ '^audit_logs_\\d{4}_\\d{2}$'
  ) made`;

/** SQL that would bring a migrated database to the entities' schema; empty when they agree. */
export async function schemaDrift(databaseUrl: string): Promise<string> {
  const orm = await MikroORM.init(ormOptions(databaseUrl, { applicationName: 'shipmate-drift', poolSize: 2 }));
  const audit = orm.getMetadata().get(AuditLog);
  const { partitionBy } = audit;
  try {
    // The entity cannot know the months. Without them MikroORM wants to build the whole table anew.
    if (partitionBy?.type === 'range') {
      const made = await orm.em.getConnection().execute<{ name: string; values: string }[]>(months);
      audit.partitionBy = { ...partitionBy, partitions: [...partitionBy.partitions, ...made] };
    }
    const sql = await orm.schema.getUpdateSchemaSQL({ wrap: false });
    return sql.trim();
  } finally {
    if (partitionBy) audit.partitionBy = partitionBy;
    await orm.close();
  }
}
