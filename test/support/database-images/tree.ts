import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commonPrograms, type Recipe } from './recipes.ts';

const run = promisify(execFile);

type Filter = (path: string) => boolean;

/** Change it with what `fillTree` does. */
export const treeVersion = 1;

/** Of the account that the server runs as. */
const userId = 999;

export function entrypointOf(type: string): string {
  return fileURLToPath(new URL(`${type}.sh`, import.meta.url));
}

/** Fills `root` with a recipe's programs, the libraries they are linked to, its files and what a server expects. */
export async function fillTree(root: string, type: string, recipe: Recipe, packages: string): Promise<void> {
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(root, 'usr', folder), { recursive: true });
    await symlink(`usr/${folder}`, join(root, folder));
  }
  const without = (path: string) => recipe.without?.test(path) !== true;
  if (recipe.release !== undefined) await copyRelease(root, packages, without);
  else await copyPrograms(root, recipe, packages, without);
  await cp(entrypointOf(type), join(root, 'entrypoint.sh'));
  await chmod(join(root, 'entrypoint.sh'), 0o755);
  await symlink('bash', join(root, 'usr/bin/sh')).catch(ignorePresent);
  await writeSmallFiles(root, recipe);
}

/** Its programs run with its own libraries only, so they come all. */
async function copyRelease(root: string, packages: string, without: Filter): Promise<void> {
  const unneeded = /[/]usr[/](sbin|include|games|src|share[/](?!postgresql|zoneinfo))|[/](perl|systemd|gconv)[/-]/;
  const filter = (path: string) => without(path) && !unneeded.test(path.slice(packages.length));
  await cp(join(packages, 'usr'), join(root, 'usr'), { recursive: true, verbatimSymlinks: true, filter, force: true });
  await symlink('mawk', join(root, 'usr/bin/awk')).catch(ignorePresent);
}

function ignorePresent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

async function copyPrograms(root: string, recipe: Recipe, packages: string, without: Filter): Promise<void> {
  for (const path of [...recipe.programs, ...recipe.files, ...commonPrograms]) {
    const from = await locate(path, packages);
    await mkdir(dirname(join(root, path)), { recursive: true });
    await cp(from, join(root, path), { recursive: true, verbatimSymlinks: true, filter: without });
  }
  await copyLibraries(root, [...recipe.programs, ...commonPrograms], packages);
}

/** In what was unpacked, else on this machine. */
async function locate(path: string, packages: string): Promise<string> {
  const unpacked = [join(packages, path), join(packages, path.replace(/^[/]usr/, ''))].find((one) => existsSync(one));
  return realpath(unpacked ?? path);
}

/** What `ldd` names for the programs; modules need nothing beyond it. */
async function copyLibraries(root: string, programs: string[], packages: string): Promise<void> {
  const folders = ['usr/lib', 'lib'].flatMap((folder) =>
    ['x86_64', 'aarch64'].map((cpu) => join(packages, folder, `${cpu}-linux-gnu`)),
  );
  const paths = programs.map((program) => join(root, program));
  const env = { ...process.env, LD_LIBRARY_PATH: folders.join(':') };
  const { stdout } = await run('ldd', paths, { env }).catch((error: { stdout: string }) => error);
  const libraries = new Set([...stdout.matchAll(/(?:=> )?([/]\S+) \(0x/g)].map(([, path]) => path ?? ''));
  for (const library of libraries) {
    if (library.startsWith(root)) continue;
    const inImage = library.replace(packages, '').replace(/^[/](lib(?:64)?)[/]/, '/usr/$1/');
    await mkdir(dirname(join(root, inImage)), { recursive: true });
    await cp(await realpath(library), join(root, inImage));
  }
}

async function writeSmallFiles(root: string, { user, dataPath }: Recipe): Promise<void> {
  const files = {
    'etc/passwd': `root:x:0:0:root:/:/bin/sh\n${user}:x:${userId}:${userId}::${dataPath}:/bin/sh\n`,
    'etc/group': `root:x:0:\n${user}:x:${userId}:\n`,
    'etc/nsswitch.conf': 'hosts: files dns\n',
  };
  await mkdir(join(root, 'etc'));
  for (const [path, content] of Object.entries(files)) await writeFile(join(root, path), content);
  for (const folder of ['tmp', 'run', 'run/postgresql', 'run/mysqld', 'var', 'var/tmp', dataPath]) {
    await mkdir(join(root, folder), { recursive: true });
    await chmod(join(root, folder), 0o1777);
  }
  await symlink('../run', join(root, 'var/run'));
  await chmod(root, 0o755);
}
