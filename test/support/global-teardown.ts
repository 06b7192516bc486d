import { once } from 'node:events';
import { rm } from 'node:fs/promises';

export default async function globalTeardown(): Promise<void> {
  const folder = process.env['SHIPMATE_TEST_RUN'];
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  const host = globalThis.shipmateTestPostgres;
  if (!host || host.exitCode !== null) return;
  const exit = once(host, 'exit');
  host.stdin?.end();
  await exit;
  // The next run of this process starts its own.
  delete process.env['SHIPMATE_TEST_POSTGRES'];
}
