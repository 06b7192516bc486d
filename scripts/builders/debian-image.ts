import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectDocker, dockerSwarm } from '../../src/swarm/dockerode.ts';
import { hasImage, importImage } from '../support/import-image.ts';

const run = promisify(execFile);

/** What every image of a distribution has; bash asks the application over HTTP. */
const everywhere = ['bash', 'coreutils', 'dash', 'findutils', 'grep', 'libc-bin', 'sed', 'base-files'];
const accounts = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/sh\n',
  'etc/group': 'root:x:0:\nwww-data:x:33:\n',
};

export interface DebianImage {
  /** Packages of this machine's Debian. */
  packages: readonly string[];
  /** Instructions that give the image what the official one has, e.g. `python` for `python3`. */
  instructions: readonly string[];
  /** Beside the Dockerfile. */
  files?: Record<string, string>;
}

/**
 * An image made of Debian's packages in place of an official one, as no registry is needed. No script of a package runs.
 * Made once for the same packages and instructions. @returns its reference.
 */
export async function ensureDebianImage(name: string, image: DebianImage): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(image)).digest('hex').slice(0, 12);
  const tag = `shipmate-debian-${name}:${hash}`;
  if (await hasImage(tag)) return tag;
  const work = await mkdtemp(join(tmpdir(), 'shipmate-debian-'));
  try {
    await unpack(image.packages, work);
    await importImage(`${tag}-bare`, join(work, 'root'), ['ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin']);
    await addInstructions(tag, image, join(work, 'context'));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return tag;
}

async function unpack(packages: readonly string[], work: string): Promise<void> {
  const [archives, root] = [join(work, 'archives'), join(work, 'root')];
  await mkdir(join(archives, 'partial'), { recursive: true });
  // Nothing counts as installed: apt names everything down to the C library.
  await writeFile(join(work, 'status'), '');
  const options = [
    `Dir::State::status=${join(work, 'status')}`,
    `Dir::Cache::archives=${archives}`,
    'APT::Install-Recommends=false',
    'Debug::NoLocking=1',
  ].flatMap((one) => ['-o', one]);
  await run('apt-get', [...options, '--download-only', '-qq', '-y', 'install', ...everywhere, ...packages]);
  for (const file of await readdir(archives)) {
    if (file.endsWith('.deb')) await run('dpkg-deb', ['--extract', join(archives, file), root]);
  }
  // Newer releases have everything below /usr.
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    if (!existsSync(join(root, folder))) await symlink(`usr/${folder}`, join(root, folder));
  }
  await mkdir(join(root, 'tmp'), { recursive: true });
  for (const [path, text] of Object.entries(accounts)) await writeFile(join(root, path), text);
}

async function addInstructions(tag: string, { files = {}, instructions }: DebianImage, context: string): Promise<void> {
  await mkdir(context);
  const dockerfile = [`FROM ${tag}-bare`, 'RUN chmod 1777 /tmp', ...instructions].join('\n');
  for (const [name, text] of Object.entries({ ...files, Dockerfile: dockerfile })) {
    await writeFile(join(context, name), text);
  }
  const swarm = dockerSwarm(connectDocker(process.env['DOCKER_HOST']), { contextLimitBytes: 1_000_000 });
  const request = { deploymentId: tag, builder: 'dockerfile', context, settings: {}, tag, labels: {} };
  await swarm.build(request, { onStep: () => {}, onLine: () => {} }, new AbortController().signal);
}
