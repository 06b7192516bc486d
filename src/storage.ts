import { mkdir } from 'node:fs/promises';
import type { Config } from './config.ts';
import { lockDataDir } from './database/data-dir-lock.ts';
import { connectionString } from './database/database-url.ts';
import { startEmbeddedPostgres } from './database/embedded.ts';
import { readManifest, recordContents, requireWhole } from './host/data-manifest.ts';
import type { UnavailableError } from './errors.ts';
import type { Logger } from './logger.ts';

/** Where the data is: the folder, which this process has claimed, and a PostgreSQL server that answers. */
export interface Storage {
  databaseUrl: string;
  /** Where the database's files are, if the data folder cannot hold them. */
  outside: string | undefined;
  /** Resolves when the embedded server has ended for good, with what to tell. */
  lost?: Promise<UnavailableError> | undefined;
  close(): Promise<void>;
}

interface OpenStorageOptions {
  /** Has the embedded server started again whenever it ends. */
  logger?: Logger;
  /** Has a server elsewhere waited for that does not answer yet. */
  wait?: {
    signal: AbortSignal;
    /** What is waited for. */
    tell(sentence: string): void;
  };
  /** Called as soon as there is only the server to wait for. */
  onLaunch?: () => void;
  /** What is missing is about to be restored (default false). */
  restoring?: boolean;
}

/**
 * Claims the data folder and starts the embedded server, unless the database is elsewhere. It loads little, so that
 * everything else is loaded while the server starts.
 * @throws {UserError} when the folder has less than it had at the last start.
 */
export async function openStorage(config: Config, options: OpenStorageOptions = {}): Promise<Storage> {
  const { dataDir, databaseUrl, secretKeys } = config;
  await using opened = new AsyncDisposableStack();
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const lock = await lockDataDir(dataDir);
  opened.defer(() => lock.release());
  const start = { databaseElsewhere: databaseUrl !== undefined, keyElsewhere: secretKeys !== undefined };
  if (options.restoring !== true) await requireWhole(dataDir, start);
  const server = databaseUrl ? await reachServer(databaseUrl, config, options) : await startServer(config, options);
  opened.defer(() => server.stop());
  await recordContents(dataDir, start);
  // What makes the key, an archive or a store later writes it down then: a stop needs no room on the disk.
  const outside = (await readManifest(dataDir))?.databaseFiles;
  const everything = opened.move();
  return { databaseUrl: server.url, outside, lost: server.lost, close: () => everything.disposeAsync() };
}

interface Server {
  url: string;
  lost?: Promise<UnavailableError> | undefined;
  stop(): Promise<void>;
}

async function reachServer(
  databaseUrl: string,
  { databaseTimeoutMs }: Config,
  { onLaunch, wait }: OpenStorageOptions,
): Promise<Server> {
  const url = connectionString(databaseUrl);
  onLaunch?.();
  if (wait) {
    const { awaitDatabase } = await import('./database/await-database.ts');
    await awaitDatabase(databaseUrl, { limitMs: databaseTimeoutMs, ...wait });
    wait.signal.throwIfAborted();
  }
  return { url, stop: async () => undefined };
}

async function startServer(
  { dataDir, databaseTimeoutMs }: Config,
  { logger, onLaunch }: OpenStorageOptions,
): Promise<Server> {
  return startEmbeddedPostgres(dataDir, { onLaunch, ...(logger && { keep: { logger, limitMs: databaseTimeoutMs } }) });
}
