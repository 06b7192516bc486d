import { hostname } from 'node:os';
import { fileSystemOf } from '../../host/file-systems.ts';
import { formatSize } from '../../units/sizes.ts';
import type { Deps } from '../deps.ts';
import type { Concern } from './concern.ts';
import { fillingDisks } from './filling-disks.ts';

/** A disk past the warning with less than that is nearly full, bytes: a build or a backup takes as much at once. */
const leastBytes = 1024 ** 3;

interface FullDisk {
  host: string;
  path: string;
  freeBytes: number;
  usedPercent: number;
}

/**
 * The disk of this process's data folder, as it is now, and those that the watcher has seen lately, if nearly full,
 * and those of this machine that will be within hours. What
 * is stored may be all that is known of another replica's host.
 */
export async function fullDisks(
  { config, database }: Pick<Deps, 'config' | 'database'>,
  look: typeof fileSystemOf = fileSystemOf,
  now = new Date(),
): Promise<Concern[]> {
  const own = await ownDisk(config, look);
  const seen = await database.querySystem<FullDisk>(
    `select host, path, free_bytes::float8 as "freeBytes", used_percent as "usedPercent" from disks
     where free_bytes < $1 and used_percent >= $2 and checked_at > now() - interval '15 minutes'
       and (host, path) is distinct from ($3, $4)
     order by host, path`,
    [leastBytes, config.diskThresholds[0], hostname(), config.dataDir],
  );
  const full = [...own, ...seen];
  const soon = (await fillingDisks({ database }, { look, now })).filter(
    ({ host, isSoon, path }) => isSoon && !full.some((one) => one.host === host && one.path === path),
  );
  const nearly = full.map(
    ({ freeBytes, host, path, usedPercent }) =>
      `The disk of \`${path}\` on ${host} is ${usedPercent} % full: ${formatSize(freeBytes)} left.`,
  );
  return [...nearly, ...soon.map(({ why }) => why)].map((why) => ({
    name: 'disk',
    why: `${why} Free space there before nothing can be stored; \`schedule run retention\` removes what is no longer needed.`,
  }));
}

async function ownDisk({ dataDir, diskThresholds }: Deps['config'], look: typeof fileSystemOf): Promise<FullDisk[]> {
  const found = await look(dataDir);
  if (!found || found.freeBytes >= leastBytes) return [];
  const { freeBytes, usedBytes } = found;
  const usedPercent = Math.ceil((usedBytes / Math.max(1, usedBytes + freeBytes)) * 100);
  return usedPercent < diskThresholds[0] ? [] : [{ host: hostname(), path: dataDir, freeBytes, usedPercent }];
}
