import { defineConfig, type Options } from '@mikro-orm/postgresql';
import pg from 'pg';
import { entities } from '../entities/index.ts';
import { connectionOptions } from './database-url.ts';
import { releaseBroken } from './release-broken.ts';
import { keepAlive } from './keep-alive.ts';
import { sessionHook } from './session.ts';

/** Which migrations have run. */
export const migrationsTable = 'shipmate_migrations';

/** Which pg-boss looks after. */
export const queueSchema = 'pgboss';

export interface PoolOptions {
  /** Shown by `pg_stat_activity` (default `shipmate`). */
  applicationName?: string;
  /** Most connections at once (default 10). */
  poolSize?: number;
}

/** MikroORM on `databaseUrl`, with every entity listed and nothing looked for on disk. */
export function ormOptions(
  databaseUrl: string,
  { applicationName = 'shipmate', poolSize = 10 }: PoolOptions = {},
): Options {
  return defineConfig({
    entities,
    clientUrl: databaseUrl,
    // The driver takes everything from the connection string, `sslmode` included.
    driverOptions: {
      ...connectionOptions(databaseUrl),
      application_name: applicationName,
      ...keepAlive,
      onPoolCreated: releaseBroken,
      // MikroORM pins 8.23.0, which checks certificates of addresses against `localhost`. `overrides` of package.json
      // leaves one version where npm minds them: not in a package that is installed.
      Client: pg.Client,
      ...sessionHook(),
    },
    pool: { min: 0, max: poolSize },
    sessionContext: 'transaction',
    // Warnings only: queries hold values, and values may be secrets.
    debug: false,
    logger: () => undefined,
    schemaGenerator: {
      ignoreSchema: [queueSchema],
      // Functions and triggers are SQL of the migrations; test/database covers what they do.
      ignoreRoutines: true,
      ignoreTriggers: true,
      skipTables: [migrationsTable],
    },
  });
}
