// Holds the test run's PostgreSQL: prints its URL, and stops and removes it when standard input ends, which
// also happens when the test run is killed.
import { mkdtemp, realpath, rm, statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded.ts';
import { noteStarted } from './test-run.ts';

/** Free memory that a whole run of tests does not fill, bytes. */
const roomy = 6 * 1024 ** 3;

/** In memory where there is plenty: each suite copies a database of some thousand files, which disks take their time for. */
async function parentFolder(): Promise<string> {
  const { bavail, bsize } = await statfs('/dev/shm').catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize >= roomy && freemem() >= roomy ? '/dev/shm' : realpath(tmpdir());
}

const dataDir = await mkdtemp(join(await parentFolder(), 'shipmate-test-postgres-'));
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
