import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../../scripts/support/free-port.ts';
import { systemAccount } from '../../src/database/system-account.ts';
import { unpackPackages } from '../../src/host/debian-packages.ts';
import { listens } from '../../src/host/listens.ts';
import { until } from './until.ts';

export interface PgBouncer extends AsyncDisposable {
  /** Of the same database, through the pool. */
  url: string;
}

/** Debian's PgBouncer before the server of `databaseUrl`, which it logs in to with the credentials of that address. */
export async function startPgBouncer(
  databaseUrl: string,
  settings: { pool_mode: 'session' | 'transaction'; default_pool_size?: number; server_round_robin?: 0 | 1 },
): Promise<PgBouncer> {
  const root = await unpackPackages(['pgbouncer'], resolve('node_modules/.cache/shipmate/packages/pgbouncer'));
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-pgbouncer-'));
  await chmod(folder, 0o755);
  const { hostname, port: serverPort, username, password, pathname } = new URL(databaseUrl);
  const port = await freePort();
  const lines = Object.entries({
    listen_addr: '127.0.0.1',
    listen_port: port,
    auth_type: 'any',
    unix_socket_dir: '',
    ...settings,
  });
  const server = `host=${hostname} port=${serverPort} user=${username} password=${decodeURIComponent(password)}`;
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(
    file,
    ['[databases]', `* = ${server}`, '[pgbouncer]', ...lines.map((line) => line.join(' = '))].join('\n'),
  );
  const child = spawn(join(root, 'usr/sbin/pgbouncer'), [file], {
    stdio: 'ignore',
    env: { LD_LIBRARY_PATH: (await readdir(join(root, 'usr/lib'))).map((one) => join(root, 'usr/lib', one)).join(':') },
    // It refuses to run as root.
    ...(await systemAccount(folder, folder)),
  });
  const ended = once(child, 'exit');
  await until('PgBouncer', () => listens(port));
  return {
    url: `postgres://${username}@127.0.0.1:${port}${pathname}`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
