import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded.ts';

/** A PostgreSQL of its own, durable as in production unless only reading is measured. Disposing it removes it. */
export async function benchPostgres({ durable = true } = {}): Promise<{ url: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-bench-'));
  const server = await startEmbeddedPostgres(folder, { durable });
  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server.stop();
      await removeEmbeddedPostgres(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
