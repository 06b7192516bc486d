import type { Config } from './config.ts';
import { openStorage } from './storage.ts';

/**
 * Runs `work` on the database of `config`: DATABASE_URL, or the embedded server for as long as it takes.
 * @throws {ConflictError} when a Shipmate uses the embedded one.
 */
export async function onConfiguredDatabase<T>(config: Config, work: (url: string) => Promise<T>): Promise<T> {
  if (config.databaseUrl) return work(config.databaseUrl);
  const storage = await openStorage(config);
  try {
    return await work(storage.databaseUrl);
  } finally {
    await storage.close();
  }
}
