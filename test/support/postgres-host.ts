// Holds the test run's PostgreSQL: prints its URL, and stops and removes it when standard input ends, which
// also happens when the test run is killed.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded.ts';
import { noteStarted } from './test-run.ts';

const dataDir = await mkdtemp(join(await realpath(tmpdir()), 'shipmate-test-postgres-'));
await noteStarted('folder', dataDir);
const ended = new Promise((resolve) => process.stdin.resume().on('end', resolve));
try {
  const server = await startEmbeddedPostgres(dataDir, { durable: false });
  const url = new URL(server.url);
  url.pathname = '';
  console.log(url.href);
  await ended;
  await server.stop();
} finally {
  await removeEmbeddedPostgres(dataDir);
  await rm(dataDir, { recursive: true, force: true });
}
