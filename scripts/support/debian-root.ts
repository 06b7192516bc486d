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
  /** Folders of this machine, by their places in the root. */
  mounts?: Record<string, string>;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Makes it with mmdebstrap, maintainer scripts included: half a minute. Needs root. */
export async function openDebianRoot(options: DebianRootOptions): Promise<DebianRoot> {
  const { release, mounts = {} } = options;
  const folder = await mkdtemp(join(tmpdir(), `shipmate-${release}-`));
  await make(folder, options);
  await copyFile('/etc/resolv.conf', join(folder, 'etc/resolv.conf'));
  for (const place of Object.keys(mounts)) await mkdir(join(folder, place), { recursive: true });
  const binds = Object.entries(mounts).flatMap(([place, from]) => [from, join(folder, place)]);
  // Everything in it ends with this process, and the mounts with everything. The shell waits for orphans, as an init does.
  const script = `root=$1; shift
    mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"
    while [ $# -gt 0 ]; do mount --bind "$1" "$2"; shift 2; done
    echo ready; exec chroot "$root" sh -c 'sleep infinity & while :; do wait; done'`;
  const inside = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-ec', script, 'sh', folder, ...binds];
  const holder = spawn('unshare', inside, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  const [first] = (await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8')).split(' ');
  return {
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
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

async function make(folder: string, { essential = false, packages, release }: DebianRootOptions): Promise<void> {
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
