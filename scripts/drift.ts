// Compares the entities with what the migrations make, on a throw-away server; fails with the SQL between them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemaDrift } from '../src/database/drift.ts';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../src/database/embedded.ts';
import { migrate } from '../src/database/migrate.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'shipmate-drift-'));
try {
  const server = await startEmbeddedPostgres(dataDir, { durable: false });
  try {
    await migrate(server.url);
    const drift = await schemaDrift(server.url);
    console.log(drift || 'the migrations make what the entities say');
    if (drift) process.exitCode = 1;
  } finally {
    await server.stop();
  }
} finally {
  await removeEmbeddedPostgres(dataDir);
  await rm(dataDir, { recursive: true, force: true });
}
