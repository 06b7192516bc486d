import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, readlink, realpath, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type UnavailableError, UserError } from '../errors.ts';
import { systemAccount, reaches, type SystemAccount } from './system-account.ts';
import { clusterPassword, ensureCluster, superuser, type Cluster } from './cluster.ts';
import { keepRunning, type KeepRunningOptions } from './keep-running.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { ensureRunning, stopRunning } from './postmaster.ts';

export interface EmbeddedPostgres {
  /** Superuser URL with the password, on 127.0.0.1, of the database `postgres`. Never to be logged. */
  url: string;
  /** Resolves when a server that is kept running has ended for good, with what to tell. */
  lost: Promise<UnavailableError> | undefined;
  /** Fast shutdown: open transactions end, nothing committed is lost. */
  stop(): Promise<void>;
}

interface EmbeddedOptions {
  /** False for throw-away servers: no fsync. */
  durable?: boolean;
  /** Called once the server's process runs. */
  onLaunch?: (() => void) | undefined;
  /** Starts it again whenever it has ended. */
  keep?: KeepRunningOptions;
}

/** For data folders that PostgreSQL's account cannot reach. */
const elsewhere = '/var/lib/shipmate';
/** In a folder of `elsewhere`: the path of the data folder that leads to it. */
const ownerFile = 'data-folder';

/**
 * Starts the PostgreSQL server of `dataDir` (made on first use, under `<dataDir>/postgres`), or takes over the
 * one that a killed Shipmate left running. Hold the data folder's lock while it is used.
 *
 * As root, and when the account that PostgreSQL runs as cannot reach `dataDir` (say, under `/root`), the files
 * lie in `/var/lib/shipmate` and `<dataDir>/postgres` is a link to them, which no copy of the folder may follow.
 *
 * @throws {UserError} when this machine cannot run it; says what to do.
 * @throws {UnavailableError} when it does not come up within a minute.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  { durable = true, onLaunch, keep }: EmbeddedOptions = {},
): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const home = join(dataDir, 'postgres');
  const account = await systemAccount(dataDir, join(home, 'cluster'));
  const place = await ensureHome(await realpath(dataDir), account);
  const cluster: Cluster = {
    home: place,
    data: join(place, 'cluster'),
    log: join(place, 'server.log'),
    binaries: await postgresBinaries(account, place),
    account,
    durable,
  };
  await ensureCluster(cluster);
  const port = await ensureRunning(cluster, { onLaunch });
  const password = await clusterPassword(place);
  const kept = keep && keepRunning(cluster, port, keep);
  return {
    url: `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`,
    lost: kept?.lost,
    async stop() {
      await kept?.stop();
      await stopRunning(cluster);
    },
  };
}

/** Removes the database of `dataDir`, wherever its files lie. The server must have been stopped. */
export async function removeEmbeddedPostgres(dataDir: string): Promise<void> {
  const home = join(dataDir, 'postgres');
  const target = await realpath(home).catch(() => undefined);
  if (target) await rm(target, { recursive: true, force: true });
  await rmdir(elsewhere).catch(() => {});
  await rm(home, { recursive: true, force: true });
}

async function ensureHome(dataDir: string, account: SystemAccount): Promise<string> {
  const home = join(dataDir, 'postgres');
  const existing = await lstat(home).catch(() => undefined);
  if (existing?.isSymbolicLink()) return followLink(dataDir, await readlink(home));
  if (!(await openUp(dataDir, account))) {
    if (existing) throw unreachable(home, account);
    const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 8);
    const place = join(elsewhere, `${name}-${randomBytes(4).toString('hex')}`);
    await adopt(place);
    await writeFile(join(place, ownerFile), dataDir);
    await symlink(place, home);
    return place;
  }
  return adopt(home);
}

/**
 * A link is all that a copy of the data folder has of the database, so it is followed only by the folder that it was made
 * for, or by that one after a move.
 */
async function followLink(dataDir: string, place: string): Promise<string> {
  const home = join(dataDir, 'postgres');
  if (!existsSync(join(place, 'cluster')))
    throw new UserError(
      `${home} leads to ${place}, where the database's files were, and there is none. If the data folder was moved to ` +
        `another machine, bring that folder as well. To begin with an empty database, remove the link.`,
    );
  const owner = await readFile(join(place, ownerFile), 'utf8').catch(() => dataDir);
  const ownersPlace = await readlink(join(owner, 'postgres')).catch(() => undefined);
  if (owner !== dataDir && ownersPlace === place)
    throw new UserError(
      `${dataDir} is a copy of the data folder ${owner}, and its database is not in it: both would use the files in ` +
        `${place}. Start Shipmate with ${owner}; for a second one, restore a backup with \`shipmate restore-self\`.`,
    );
  await writeFile(join(place, ownerFile), dataDir);
  return adopt(place);
}

function unreachable(home: string, { uid }: SystemAccount): UserError {
  return new UserError(
    `The database in ${home} is not accessible to user ${uid}, who runs PostgreSQL because root may not. Make its parent folders traversable (chmod o+x), or move it.`,
  );
}

/** Lets `account` walk through the data folder itself (its secrets are files of mode 0600), never those above it. */
async function openUp(dataDir: string, account: SystemAccount): Promise<boolean> {
  if (!(await reaches(dataDir, account))) return false;
  const inside = join(dataDir, 'postgres');
  if (!(await reaches(inside, account))) await chmod(dataDir, ((await lstat(dataDir)).mode & 0o777) | 0o011);
  return true;
}

async function adopt(place: string): Promise<string> {
  await mkdir(place, { recursive: true, mode: 0o711 });
  await chmod(place, 0o711);
  return realpath(place);
}
