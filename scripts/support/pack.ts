import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../bundle/build-bundle.ts';

const run = promisify(execFile);

export interface Packed {
  /** The package as npm unpacks it, without its libraries. */
  folder: string;
  /** Files of the package. */
  files: string[];
  tarball: string;
}

/** What `npm publish` would send, in a folder that is made. One at a time: npm packs in the checkout. */
export async function pack(home: string): Promise<Packed> {
  await mkdir(home);
  const env = { ...process.env, NODE_OPTIONS: '' };
  await run('npm', ['pack', '--pack-destination', home, '--loglevel=error'], { cwd: root, env });
  const [name = ''] = await readdir(home);
  const tarball = join(home, name);
  await run('tar', ['--extract', '--file', tarball, '--directory', home]);
  const { stdout } = await run('tar', ['--list', '--file', tarball]);
  const files = stdout.trim().split('\n');
  return { folder: join(home, 'package'), files: files.map((file) => file.replace('package/', '')), tarball };
}
