import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { debianMirror } from '../../../scripts/support/debian-mirror.ts';
import { programEnvironment } from '../../../src/host/program-environment.ts';

const run = promisify(execFile);

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Unpacks packages of another release with all that they need, libc included: this machine's could not run them. Nothing
 * is installed, and apt's own lists stay as they are.
 */
export async function unpackRelease(release: string, packages: readonly string[], folder: string): Promise<string> {
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    for (const part of ['lists/partial', 'archives/partial']) await mkdir(join(work, part), { recursive: true });
    await writeFile(join(work, 'sources.list'), `deb [signed-by=${keyring}] ${await debianMirror()} ${release} main\n`);
    await writeFile(join(work, 'status'), '');
    const settings = {
      'Dir::Etc::sourcelist': join(work, 'sources.list'),
      'Dir::Etc::sourceparts': '-',
      'Dir::State::lists': join(work, 'lists'),
      'Dir::State::status': join(work, 'status'),
      'Dir::Cache': work,
      'Debug::NoLocking': '1',
    };
    const options = ['-qq', '-y', ...Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])];
    const env = programEnvironment();
    await run('apt-get', [...options, 'update'], { env });
    await run('apt-get', [...options, '--download-only', '--no-install-recommends', 'install', ...packages], { env });
    const root = join(work, 'root');
    for (const file of await readdir(join(work, 'archives'))) {
      if (file.endsWith('.deb')) await run('dpkg-deb', ['--extract', join(work, 'archives', file), root], { env });
    }
    await rename(root, folder).catch((error: unknown) => {
      // Another process was faster.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}
