import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from './orm.ts';

/** SQL that would bring a migrated database to the entities' schema; empty when they agree. */
export async function schemaDrift(databaseUrl: string): Promise<string> {
  const orm = await MikroORM.init(ormOptions(databaseUrl, { applicationName: 'shipmate-drift', poolSize: 2 }));
  try {
    const sql = await orm.schema.getUpdateSchemaSQL({ wrap: false });
    return sql.trim();
  } finally {
    await orm.close();
  }
}
