import { once } from 'node:events';
import { endRun } from './test-run.ts';

export default async function globalTeardown(): Promise<void> {
  await endRun();
  const host = globalThis.shipmateTestPostgres;
  if (!host || host.exitCode !== null) return;
  const exit = once(host, 'exit');
  host.stdin?.end();
  await exit;
  // The next run of this process starts its own.
  delete process.env['SHIPMATE_TEST_POSTGRES'];
}
