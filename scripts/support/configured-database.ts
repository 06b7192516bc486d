import type { Config } from '../../src/config.ts';
import { lockDataDir } from '../../src/database/data-dir-lock.ts';
import { startEmbeddedPostgres } from '../../src/database/embedded.ts';

/**
 * Runs `work` on the database of `config`: DATABASE_URL, or the embedded server for as long as it takes.
 * @throws {ConflictError} when a Shipmate uses the embedded one.
 */
export async function onConfiguredDatabase<T>(config: Config, work: (url: string) => Promise<T>): Promise<T> {
  if (config.databaseUrl) return work(config.databaseUrl);
  const lock = await lockDataDir(config.dataDir);
  try {
    const server = await startEmbeddedPostgres(config.dataDir);
    try {
      return await work(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    await lock.release();
  }
}
