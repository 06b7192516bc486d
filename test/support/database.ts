import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { connectDatabase } from '../../src/database/connect.ts';
import type { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';

export interface TestDatabase extends AsyncDisposable {
  database: Database;
  /** As the owner of the tables. */
  url: string;
  close(): Promise<void>;
}

/** A migrated database of one's own, copied from a template that is made once per version of the migrations. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const copy = await createMigratedDatabase();
  const database = await connectDatabase(copy.url);
  async function close(): Promise<void> {
    await database.close();
    await copy.close();
  }
  return { database, url: copy.url, close, [Symbol.asyncDispose]: close };
}

/** The same, without a connection to it. */
export async function createMigratedDatabase(): Promise<EmptyDatabase> {
  return createEmptyDatabase(await ensureTemplate());
}

export interface EmptyDatabase extends AsyncDisposable {
  url: string;
  close(): Promise<void>;
}

/** A database of one's own: empty, or a copy of `template`. */
export async function createEmptyDatabase(template = 'template1'): Promise<EmptyDatabase> {
  const name = `shipmate_test_${randomBytes(6).toString('hex')}`;
  await onServer(async (server) => {
    // Copying files is twice as fast as writing every page to the log when, as here, nothing is flushed.
    await server.query(`create database ${name} template ${template} strategy file_copy`);
  });
  async function close(): Promise<void> {
    await onServer((server) => server.query(`drop database if exists ${name} with (force)`));
  }
  return { url: urlOf(name), close, [Symbol.asyncDispose]: close };
}

/** Runs `work` as superuser in the server's own database. */
export async function onServer<T>(work: (server: pg.Client) => Promise<T>): Promise<T> {
  return onDatabase(urlOf('postgres'), work);
}

export async function onDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openConnection(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export async function openConnection(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

function urlOf(database: string): string {
  const server = process.env['SHIPMATE_TEST_POSTGRES'];
  if (!server) throw new Error('SHIPMATE_TEST_POSTGRES is not set: test/support/global-setup.ts sets it.');
  const url = new URL(server);
  url.pathname = `/${database}`;
  // On a busy machine, with all connections of a pool in use, it takes longer than anybody else waits.
  url.searchParams.set('connect_timeout', '300');
  return url.href;
}

async function ensureTemplate(): Promise<string> {
  const template = `shipmate_template_${await migrationsVersion()}`;
  await onServer(async (server) => {
    await server.query(`select pg_advisory_lock(hashtextextended('shipmate:test-template', 0))`);
    const { rows } = await server.query('select from pg_database where datname = $1 and datistemplate', [template]);
    if (rows.length > 0) return;
    await server.query(`drop database if exists ${template}`);
    await server.query(`create database ${template}`);
    await migrate(urlOf(template));
    await server.query(`alter database ${template} is_template true`);
  });
  return template;
}

async function migrationsVersion(): Promise<string> {
  const folder = fileURLToPath(new URL('../../src/migrations/', import.meta.url));
  const hash = createHash('sha256');
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const path of files
    .filter((file) => file.isFile())
    .map((file) => `${file.parentPath}/${file.name}`)
    .sort()) {
    hash.update(await readFile(path));
  }
  return hash.digest('hex').slice(0, 12);
}
