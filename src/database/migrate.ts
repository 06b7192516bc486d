import { MikroORM } from '@mikro-orm/postgresql';
import type pg from 'pg';
import { UserError } from '../errors.ts';
import { migrationNames } from '../migrations/names.ts';
import { migrationsTable, ormOptions } from './orm.ts';
import { ensureRoles, withOwner } from './owner-connection.ts';
import { readRights, refuseForeignTables, requireRights } from './rights.ts';

/**
 * Brings the database up to this version. Of several Shipmates that start at once one migrates, the others wait. Nothing
 * is loaded when it is up to date.
 * @returns the names of the migrations that ran.
 * @throws {UserError} when a newer Shipmate has migrated it already, when the account lacks rights, or when the tables of
 *   another application are in the way.
 */
export function migrate(databaseUrl: string): Promise<string[]> {
  return alone(databaseUrl, async (client, executed) => {
    if (executed.length === migrationNames.length) return [];
    const ran = await withMigrator(databaseUrl, client, (migrator) => migrator.up());
    return ran.map(({ name }) => name);
  });
}

/**
 * Brings an empty database to where another one was, for a restore.
 * @param executed The migrations of that one, in order.
 * @throws {UserError} when that one is newer, or this one holds a Shipmate already.
 */
export function migrateLike(databaseUrl: string, executed: readonly string[]): Promise<void> {
  return alone(databaseUrl, async (client, present) => {
    refuseNewer(executed);
    if (present.length > 0 && (await hasUsers(client)))
      throw new UserError(
        'The database holds a Shipmate already, which a restore would overwrite. Choose an empty data folder ' +
          '(SHIPMATE_DATA_DIR) or another database (DATABASE_URL).',
      );
    const last = executed.at(-1);
    if (last === undefined || present.length > executed.length) throw new UserError(tooFar);
    if (present.length < executed.length)
      await withMigrator(databaseUrl, client, (migrator) => migrator.up({ to: last }));
  });
}

/** Which is so after a restore that was ended before it had loaded anything. */
async function hasUsers(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(`select where to_regclass('public.users') is not null`);
  if (rows.length === 0) return false;
  const { rows: users } = await client.query('select from users limit 1');
  return users.length > 0;
}

/**
 * Takes the newest migration back.
 * @returns its name, or undefined when there is none left.
 */
export function migrateDown(databaseUrl: string): Promise<string | undefined> {
  return alone(databaseUrl, async (client, executed) => {
    if (executed.length === 0) return undefined;
    const [undone] = await withMigrator(databaseUrl, client, (migrator) => migrator.down());
    return undone?.name;
  });
}

/**
 * Takes back every migration after `target`, the newest first, for the version that knows no later one.
 * @returns their names.
 * @throws {UserError} when the database does not have `target`.
 */
export async function migrateDownTo(databaseUrl: string, target: string): Promise<string[]> {
  return alone(databaseUrl, async (client, executed) => {
    const at = executed.indexOf(target);
    if (at === -1)
      throw new UserError(
        `The database has no migration ${target}, so there is no way down to it. Nothing was changed.`,
      );
    const after = executed.slice(at + 1).toReversed();
    await withMigrator(databaseUrl, client, async (migrator) => {
      for (const _one of after) await migrator.down();
    });
    return after;
  });
}

async function alone<T>(databaseUrl: string, work: (client: pg.Client, executed: string[]) => Promise<T>): Promise<T> {
  return withOwner(databaseUrl, async (client) => {
    await client.query(`select pg_advisory_lock(hashtextextended('shipmate:migrate', 0))`);
    const rights = await readRights(client);
    const executed = rights.usesPublic && rights.otherOwner === null ? await executedNames(client) : [];
    requireRights(rights, executed.length < migrationNames.length);
    if (executed.length === 0) await refuseForeignTables(client, ownTables(databaseUrl));
    await ensureRoles(client);
    refuseNewer(executed);
    return work(client, executed);
  });
}

async function withMigrator<T>(
  databaseUrl: string,
  client: pg.Client,
  work: (migrator: MikroORM['migrator']) => Promise<T>,
): Promise<T> {
  const [{ Migrator }, { migrations }] = await Promise.all([
    import('@mikro-orm/migrations'),
    import('../migrations/index.ts'),
  ]);
  const orm = await MikroORM.init({
    ...ormOptions(databaseUrl, { applicationName: 'shipmate-migrate', poolSize: 2 }),
    extensions: [Migrator],
    migrations: {
      migrationsList: migrations,
      tableName: migrationsTable,
      snapshot: false,
      snapshotOnMigrate: false,
      silent: true,
    },
  });
  try {
    return await work(orm.migrator);
  } catch (error) {
    throw (error as { code?: string }).code === '42501' ? await privilegeError(client, error) : error;
  } finally {
    await orm.close();
  }
}

function ownTables(databaseUrl: string): string[] {
  const tables = new MikroORM(ormOptions(databaseUrl)).getMetadata().getAll().values();
  return [...tables].map(({ tableName }) => tableName);
}

async function executedNames(client: pg.Client): Promise<string[]> {
  const { rows: known } = await client.query(`select where to_regclass('public.${migrationsTable}') is not null`);
  if (known.length === 0) return [];
  const { rows } = await client.query<{ name: string }>(`select name from ${migrationsTable} order by id`);
  return rows.map(({ name }) => name);
}

const tooFar =
  'The database was migrated further than the backup. Choose an empty data folder (SHIPMATE_DATA_DIR) or database ' +
  '(DATABASE_URL).';

function refuseNewer(executed: readonly string[]): void {
  const unknown = executed.filter((name) => !migrationNames.includes(name));
  if (unknown.length === 0) return;
  throw new UserError(
    `The database was migrated by a newer Shipmate: ${unknown.join(', ')} is unknown here. ` +
      'Start that version. To go on with this one, stop Shipmate and run, with the newer version, ' +
      `\`shipmate migrate --down-to ${migrationNames.at(-1)}\`: what only that version stores is lost.`,
  );
}

async function privilegeError(client: pg.Client, cause: unknown): Promise<UserError> {
  const { rows } = await client.query<{ account: string }>('select quote_ident(current_user) as account');
  return new UserError(
    `The database account ${rows[0]?.account} may not create Shipmate's tables: ${(cause as Error).message}. ` +
      `Make it the owner of the database, or run as its owner: grant create on schema public to ${rows[0]?.account};`,
    { cause },
  );
}
