import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { programEnvironment } from './program-environment.ts';

const execute = promisify(execFile);

/** Held while apt works: it refuses to do so twice at once. */
const aptLock = '/run/lock/shipmate-apt';

/** Whether this machine can fetch packages of its distribution. */
export async function canFetchPackages(): Promise<boolean> {
  return process.getuid?.() === 0 && (await exists('/usr/bin/apt-get'));
}

/**
 * Fetches packages, with those they need that are not on this machine, and unpacks them into `folder` without
 * installing anything: no service is started, no file of the machine changes. Does nothing when they are there.
 * @returns `folder`, the root of what was unpacked, e.g. with `usr/bin/restic` below it.
 */
export async function unpackPackages(names: readonly string[], folder: string): Promise<string> {
  if (await exists(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    const archives = join(work, 'archives');
    await mkdir(join(archives, 'partial'), { recursive: true });
    await download(names, archives);
    const root = join(work, 'root');
    for (const file of await readdir(archives)) {
      if (file.endsWith('.deb')) await run('dpkg-deb', ['--extract', join(archives, file), root]);
    }
    await rename(root, folder).catch(async (error: unknown) => {
      // Another process was faster.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** The lists of packages are fetched only where they are missing or name what is not there any more. */
async function download(names: readonly string[], archives: string): Promise<void> {
  try {
    await downloadListed(names, archives);
  } catch {
    await run('flock', [aptLock, 'apt-get', 'update', '-qq']);
    await downloadListed(names, archives);
  }
}

async function downloadListed(names: readonly string[], archives: string): Promise<void> {
  await run('flock', [
    aptLock,
    'apt-get',
    'install',
    '--download-only',
    '--reinstall',
    '--no-install-recommends',
    '-qq',
    '-y',
    '-o',
    `Dir::Cache::archives=${archives}`,
    ...names,
  ]);
}

async function run(program: string, args: readonly string[]): Promise<void> {
  await execute(program, args, { env: programEnvironment() });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
