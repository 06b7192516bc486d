// For `npx mikro-orm migration:create` and its kin; Shipmate itself does not read this file.
import { Migrator } from '@mikro-orm/migrations';
import { migrationsTable, ormOptions } from './src/database/orm.ts';

const databaseUrl = process.env['DATABASE_URL'];
if (!databaseUrl) throw new Error('Set DATABASE_URL to a migrated development database.');

export default {
  ...ormOptions(databaseUrl),
  extensions: [Migrator],
  migrations: { path: './src/migrations', tableName: migrationsTable, snapshot: false },
};
