import { once } from 'node:events';

export default async function globalTeardown(): Promise<void> {
  const host = globalThis.shipmateTestPostgres;
  if (!host || host.exitCode !== null) return;
  const exit = once(host, 'exit');
  host.stdin?.end();
  await exit;
}
