import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { version } from '../../src/version.ts';
import type { Ran } from '../support/debian-root.ts';
import { freePort } from '../support/free-port.ts';
import type { Packed } from '../support/pack.ts';
import { npmFolder, npmSetting } from './npm-settings.ts';
import { done, expectEqual } from './report.ts';

const pollMs = 500;
const polls = 240;

interface Place {
  cwd: string;
  env: Record<string, string>;
}

/** The package in an empty folder, under each release of Node that its manifest allows; npm runs on it as well. */
export async function tryPackage({ tarball }: Packed): Promise<void> {
  const npmFile = join(npmFolder(), 'bin/npm-cli.js');
  for (const release of ['20', '22', '24']) {
    console.log(`package: Node ${release}`);
    await using home = await mkdtempDisposable(join(tmpdir(), `shipmate-node-${release}-`));
    const env = { ...registry(), HOME: home.path, PATH: process.env['PATH'] ?? '' };
    const tools = { cwd: home.path, env };
    const node = `node-${process.platform}-${process.arch}`;
    done(await finish(['npm', 'install', '--ignore-scripts', `${node}@${release}`], tools));
    const bin = join(home.path, 'node_modules', node, 'bin');
    const folder = join(home.path, 'empty');
    await mkdir(folder);
    await writeFile(join(folder, 'package.json'), '{}');
    const inside = { cwd: folder, env: { ...env, PATH: `${bin}:/usr/bin:/bin` } };
    const npm = (...args: string[]) => [join(bin, 'node'), npmFile, ...args];

    done(await finish(npm('install', '--prefer-offline', tarball), inside));
    const said = done(await finish(npm('exec', '--no', '--', 'shipmate', '--version'), inside));
    expectEqual('npx shipmate --version', said, `shipmate ${version}`);
    const direct = [join(folder, 'node_modules/.bin/shipmate'), 'serve'];
    expectEqual('SIGTERM ends it with 0', await serveUntilTerm(direct, inside, join(home.path, 'direct')), 0);
    await serveUntilTerm(npm('exec', '--no', '--', 'shipmate', 'serve'), inside, join(home.path, 'npx'));
  }
}

function registry(): Record<string, string> {
  return {
    npm_config_registry: npmSetting('registry'),
    npm_config_cafile: npmSetting('cafile'),
    npm_config_cache: npmSetting('cache'),
  };
}

async function finish(command: string[], place: Place): Promise<Ran> {
  const child = start(command, place, {});
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}

type Started = ChildProcessByStdio<null, Readable, Readable>;

function start([program = '', ...args]: string[], { cwd, env }: Place, more: Record<string, string>): Started {
  return spawn(program, args, { cwd, env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** @returns the exit code, after nothing runs any more that has the data folder open. */
async function serveUntilTerm(command: string[], place: Place, dataDir: string): Promise<number | null> {
  const port = await freePort();
  const child = start(command, place, { SHIPMATE_PORT: String(port), SHIPMATE_DATA_DIR: dataDir });
  child.stdout.resume();
  child.stderr.resume();
  const ended = once(child, 'exit') as Promise<[number | null]>;
  await until('an answer of /healthz', async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    return answer?.ok ?? false;
  });
  child.kill('SIGTERM');
  const [code] = await ended;
  await until('the end of all that it started', async () => (await usersOf(dataDir)).length === 0);
  console.log(`ok: no orphan of ${command.includes('exec') ? 'npx' : 'shipmate'} serve`);
  return code;
}

/** Processes whose variables or arguments name the folder. */
async function usersOf(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const named = await Promise.all(
    pids.map(async (pid) => {
      const files = ['environ', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => ''));
      return (await Promise.all(files)).some((content) => content.includes(folder)) ? pid : undefined;
    }),
  );
  return named.filter((pid) => pid !== undefined);
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 1; !(await holds()); tries += 1) {
    if (tries === polls) throw new Error(`${what} did not come`);
    await delay(pollMs);
  }
}
