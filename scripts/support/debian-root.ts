import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { findProgram } from '../../src/host/find-program.ts';
import { programEnvironment } from '../../src/host/program-environment.ts';
import { debianMirror } from './debian-mirror.ts';
import { programsFolder } from './ingress-image.ts';
import { awaitSystemd, rootInit } from './root-init.ts';

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** A Debian of its own: a root folder, and processes that see nothing else. The network is the machine's. */
export interface DebianRoot extends AsyncDisposable {
  folder: string;
  /** Runs a program in it as root; never throws because of what it answers. */
  run(program: string, args: readonly string[], env?: Record<string, string>): Promise<Ran>;
}

export interface DebianRootOptions {
  release: 'bookworm' | 'trixie';
  /** Beside what every Debian has. */
  packages: readonly string[];
  /** Without apt and its kind, it is made in half the time (default: with them). */
  essential?: boolean;
  /** systemd runs it, as it would a machine (default: no). It needs `systemd-sysv` among the packages. */
  systemd?: boolean;
  /** Folders of this machine, by their places in the root. */
  mounts?: Record<string, string>;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Makes it with mmdebstrap, maintainer scripts included: half a minute. Needs root. */
export async function openDebianRoot(options: DebianRootOptions): Promise<DebianRoot> {
  const { release, mounts = {}, systemd = false } = options;
  const folder = await mkdtemp(join(tmpdir(), `shipmate-${release}-`));
  await makeDebianFolder(folder, options);
  await copyFile('/etc/resolv.conf', join(folder, 'etc/resolv.conf'));
  for (const place of Object.keys(mounts)) await mkdir(join(folder, place), { recursive: true });
  const binds = Object.entries(mounts).flatMap(([place, from]) => [from, join(folder, place)]);
  // Everything in it ends with this process, and the mounts with everything.
  const init = await rootInit(folder, systemd);
  const [program = '', ...inside] = [...init.command, ...binds];
  const holder = spawn(program, inside, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  const [first] = (await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8')).split(' ');
  const opened: DebianRoot = {
    folder,
    async run(program, args, env = {}) {
      const entered = [
        '--target',
        first ?? '',
        '--mount',
        '--pid',
        '--root',
        '--',
        'env',
        '--chdir=/',
        program,
        ...args,
      ];
      const child = spawn('nsenter', entered, {
        env: { PATH: path, HOME: '/root', LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = once(child, 'close') as Promise<[number | null]>;
      const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      return { code, out, err };
    },
    async [Symbol.asyncDispose]() {
      const ended = once(holder, 'exit');
      holder.kill('SIGKILL');
      await ended;
      await init.remove();
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
  if (systemd) {
    await awaitSystemd(folder);
    await opened.run('systemctl', ['is-system-running', '--wait']);
  }
  return opened;
}

/** Its files alone, in a folder that is made. */
export async function makeDebianFolder(
  folder: string,
  { essential = false, packages, release }: Omit<DebianRootOptions, 'mounts' | 'systemd'>,
): Promise<void> {
  const program = await findProgram('mmdebstrap', programsFolder);
  const small = ['--dpkgopt=force-unsafe-io', '--aptopt=Acquire::Languages "none"', '--aptopt=Acquire::Retries "3"'];
  const what = [
    `--variant=${essential ? 'essential' : 'minbase'}`,
    `--include=${packages.join(',')}`,
    release,
    folder,
    await debianMirror(),
  ];
  await promisify(execFile)(program, ['--mode=root', '--quiet', ...small, ...what], {
    env: programEnvironment(),
    maxBuffer: 64 * 1024 ** 2,
  });
}
