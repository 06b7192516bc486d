import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, realpath, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { programsFolder } from '../../scripts/support/ingress-image.ts';
import { type BaseImages, baseImageTable } from '../../src/config-base-images.ts';
import { findProgram } from '../../src/host/find-program.ts';
import { folder, quiet, requestOf, swarmWith } from './swarm-fixture.ts';

const run = promisify(execFile);
const tag = 'shipmate-test/builder-base:1';

/**
 * One image in place of every base image, as no registry is needed: Node, npm, Caddy and a shell of this machine.
 * Made once, then only looked up.
 */
export async function ensureBuilderImages(): Promise<BaseImages> {
  if (!(await swarmWith().findImage(tag))) await makeImage();
  return Object.fromEntries(Object.keys(baseImageTable).map((name) => [name, tag]));
}

async function makeImage(): Promise<void> {
  await using context = await folder({ 'root/etc/caddy/.keep': '', 'root/tmp/.keep': '' });
  const root = join(context.path, 'root');
  const programs = {
    '/usr/local/bin/node': process.execPath,
    '/usr/local/bin/caddy': await findProgram('caddy', programsFolder),
    '/bin/sh': '/bin/sh',
    '/usr/bin/env': '/usr/bin/env',
  };
  for (const [to, from] of Object.entries(programs)) await put(root, from, to);
  const { stdout } = await run('which', ['npm']);
  await cp(dirname(dirname(await realpath(stdout.trim()))), join(root, 'usr/local/lib/npm'), {
    recursive: true,
    dereference: true,
  });
  await symlink('../lib/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  await context.write({ Dockerfile: 'FROM scratch\nCOPY root /\nENV PATH=/usr/local/bin:/usr/bin:/bin\n' });
  await swarmWith().build(requestOf(context.path, { tag }), quiet, new AbortController().signal);
}

async function put(root: string, from: string, to: string): Promise<void> {
  const { stdout } = await run('ldd', [from]).catch(() => ({ stdout: '' }));
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path ?? '');
  for (const [source, target] of [[from, to], ...libraries.map((path) => [path, path])]) {
    const path = join(root, target ?? '');
    await mkdir(dirname(path), { recursive: true });
    await copyFile(await realpath(source ?? ''), path);
    await chmod(path, 0o755);
  }
}
