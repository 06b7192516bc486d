import { hostname } from 'node:os';
import type { DiskSample } from '../../entities/disk.ts';
import { fileSystemOf } from '../../host/file-systems.ts';
import { formatHours } from '../../units/durations.ts';
import { formatSize } from '../../units/sizes.ts';
import type { Deps } from '../deps.ts';
import { fullInHours, soonHours } from '../watchers/disk-growth.ts';

/** A disk past a threshold, or one that fills while one looks on. */
export interface FillingDisk {
  host: string;
  /** `data`, `docker`, or both. */
  name: string;
  path: string;
  level: 'warning' | 'danger';
  usedPercent: number;
  /** Whether nothing can be stored within some hours. */
  isSoon: boolean;
  /** For people. */
  why: string;
}

type Row = Omit<FillingDisk, 'why' | 'isSoon'> & { freeBytes: number; samples: DiskSample[] };

/** As the watcher has seen them within a quarter of an hour; those of this machine as they are now. */
export async function fillingDisks(
  { database }: Pick<Deps, 'database'>,
  { look = fileSystemOf, host = hostname(), now = new Date() } = {},
): Promise<FillingDisk[]> {
  const rows = await database.querySystem<Row>(
    `select host, name, path, level, free_bytes::float8 as "freeBytes", used_percent as "usedPercent", samples
     from disks where level <> 'ok' and checked_at > $1::timestamptz - interval '15 minutes' order by host, name`,
    [now],
  );
  return Promise.all(rows.map(async (row) => describe(row, row.host === host ? await look(row.path) : undefined, now)));
}

function describe(
  { freeBytes, host, level, name, path, samples, usedPercent }: Row,
  found: Awaited<ReturnType<typeof fileSystemOf>>,
  now: Date,
): FillingDisk {
  const free = found?.freeBytes ?? freeBytes;
  const at = now.getTime() / 1_000;
  const hours = found && fullInHours(samples, { at, used: found.usedBytes, free });
  const isSoon = level === 'danger' && hours !== undefined && hours <= soonHours;
  const soon = hours !== undefined && hours < 24 ? `, full in about ${formatHours(hours)} at this rate` : '';
  const why = `The disk of \`${path}\` on ${host} is ${usedPercent} % full: ${formatSize(free)} left${soon}.`;
  return { host, name, path, level, usedPercent, isSoon, why };
}
