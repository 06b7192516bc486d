import { mkdir } from 'node:fs/promises';
import type { Config } from './config.ts';
import { lockDataDir } from './database/data-dir-lock.ts';
import { connectionString } from './database/database-url.ts';
import { startEmbeddedPostgres } from './database/embedded.ts';
import { readManifest, recordContents, requireWhole } from './host/data-manifest.ts';

/** Where the data is: the folder, which this process has claimed, and a PostgreSQL server that answers. */
export interface Storage {
  databaseUrl: string;
  /** Where the database's files are, if the data folder cannot hold them. */
  outside: string | undefined;
  close(): Promise<void>;
}

/**
 * Claims the data folder and starts the embedded server, unless the database is elsewhere. It loads little, so that
 * everything else is loaded while the server starts.
 * @param onLaunch Called once the server's process runs; not where the database is elsewhere.
 * @throws {UserError} when the folder has less than it had at the last start.
 */
export async function openStorage(
  { databaseUrl, dataDir, secretKeys }: Pick<Config, 'databaseUrl' | 'dataDir' | 'secretKeys'>,
  onLaunch?: () => void,
): Promise<Storage> {
  await using opened = new AsyncDisposableStack();
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const lock = await lockDataDir(dataDir);
  opened.defer(() => lock.release());
  const start = { databaseElsewhere: databaseUrl !== undefined, keyElsewhere: secretKeys !== undefined };
  await requireWhole(dataDir, start);
  const url = databaseUrl ? connectionString(databaseUrl) : await startServer(dataDir, opened, onLaunch);
  await recordContents(dataDir, start);
  // The key is made after this; archives and backups are while it serves.
  opened.defer(() => recordContents(dataDir));
  const outside = (await readManifest(dataDir))?.databaseFiles;
  const everything = opened.move();
  return { databaseUrl: url, outside, close: () => everything.disposeAsync() };
}

async function startServer(dataDir: string, opened: AsyncDisposableStack, onLaunch?: () => void): Promise<string> {
  const embedded = await startEmbeddedPostgres(dataDir, { onLaunch });
  opened.defer(() => embedded.stop());
  return embedded.url;
}
