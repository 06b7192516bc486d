import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from './orm.ts';

/** SQL that would make a migrated database what the entities say; empty when the two agree. */
export async function schemaDrift(databaseUrl: string): Promise<string> {
  const orm = await MikroORM.init(ormOptions(databaseUrl, { applicationName: 'shipmate-drift', poolSize: 2 }));
  try {
    const sql = await orm.schema.getUpdateSchemaSQL({ wrap: false });
    return sql.trim();
  } finally {
    await orm.close();
  }
}
