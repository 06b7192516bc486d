import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { removeDeadRuns } from './dead-runs.ts';
import { beginRun } from './test-run.ts';

declare global {
  var shipmateTestPostgres: ChildProcess | undefined;
}

/**
 * Removes what killed runs left, and starts one PostgreSQL for the whole run, unless `SHIPMATE_TEST_POSTGRES` names one: a
 * superuser URL without a database. The workers inherit the variables.
 */
export default async function globalSetup(): Promise<void> {
  await removeDeadRuns();
  // Where suites leave what others need as well.
  await beginRun();
  if (process.env['SHIPMATE_TEST_POSTGRES']) return;
  const host = spawn(process.execPath, [fileURLToPath(new URL('postgres-host.ts', import.meta.url))], {
    // Of its own group: Ctrl-C ends the run, which ends the host's standard input, and it cleans up.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  globalThis.shipmateTestPostgres = host;
  process.env['SHIPMATE_TEST_POSTGRES'] = await new Promise<string>((resolve, reject) => {
    host.stdout.once('data', (line: Buffer) => resolve(line.toString('utf8').trim()));
    host.once('error', reject);
    host.once('exit', (code) => reject(new Error(`the test PostgreSQL ended with ${code} before it was ready`)));
  });
}
