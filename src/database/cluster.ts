import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { programEnvironment } from '../host/program-environment.ts';
import { UserError } from '../errors.ts';
import type { SystemAccount } from './system-account.ts';

/** The files of one embedded server. `home` holds everything; `data` is PostgreSQL's own folder. */
export interface Cluster {
  home: string;
  data: string;
  log: string;
  binaries: string;
  account: SystemAccount;
  /** False only for temporary servers, which lose data when the machine crashes. */
  durable: boolean;
}

/** The superuser of an embedded server. */
export const superuser = 'shipmate';

/**
 * Creates the cluster unless it exists. Creates it under another name and renames it, so that a killed `initdb` leaves
 * nothing that looks finished.
 */
export async function ensureCluster(cluster: Cluster): Promise<void> {
  await sweepHalfMade(cluster.home);
  if (existsSync(cluster.data)) return checkVersion(cluster);

  const made = join(cluster.home, `init-${randomBytes(4).toString('hex')}`);
  const passwordFile = `${made}.password`;
  await writeFile(passwordFile, await clusterPassword(cluster.home), { mode: 0o600 });
  await mkdir(made, { mode: 0o700 });
  await giveTo(cluster.account, passwordFile, made);
  await runInitdb(cluster, made, passwordFile);
  await rm(passwordFile);
  await rename(made, cluster.data);
}

/** Created once and stored next to the cluster, readable by Shipmate's own user only. */
export async function clusterPassword(home: string): Promise<string> {
  const file = join(home, 'password');
  if (!existsSync(file)) {
    await writeFile(`${file}.new`, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
    await rename(`${file}.new`, file);
  }
  return readFile(file, 'utf8');
}

/** Removes leftovers of a killed `initdb`. It may still be running; what cannot be removed is left for next time. */
async function sweepHalfMade(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith('init-')) await rm(join(home, name), { recursive: true, force: true }).catch(() => {});
  }
}

async function runInitdb({ binaries, account, durable }: Cluster, data: string, passwordFile: string): Promise<void> {
  const args = [
    `--pgdata=${data}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    // Connecting to a temporary server need not cost what keeps guessing slow.
    ...(durable ? [] : ['--no-sync', '--set=scram_iterations=1']),
  ];
  const child = spawn(join(binaries, 'bin', 'initdb'), args, {
    ...account,
    env: programEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const [code, errors] = await Promise.all([exit, text(child.stderr)]);
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${errors.trim()}`);
}

async function checkVersion({ data, binaries }: Cluster): Promise<void> {
  const made = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  const child = spawn(join(binaries, 'bin', 'postgres'), ['--version'], {
    env: programEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ours = /(\d+)\./.exec(await text(child.stdout))?.[1];
  if (ours && ours !== made)
    throw new UserError(
      `The database in ${data} was created by PostgreSQL ${made}, but this Shipmate includes ${ours}. Dump it with version ${made} (pg_dumpall) and restore it into ${ours}, or set DATABASE_URL.`,
    );
}

async function giveTo({ uid, gid }: SystemAccount, ...paths: string[]): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  for (const path of paths) await chown(path, uid, gid);
}
