import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { Disk, type DiskLevel, type DiskSample, diskLevels } from '../../entities/disk.ts';
import { type FileSystem, fileSystemOf } from '../../host/file-systems.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';
import { closeDiskIncident, openDiskIncident } from './incidents.ts';
import { fillsFast, fullInDays, fullInHours } from './disk-growth.ts';

/** Percentage points below a threshold that count as recovered, since usage fluctuates around it. */
const hysteresis = 3;

const hourSeconds = 3_600;
/** Two weeks of hourly samples. */
const mostSamples = 14 * 24;

/** Hosts not checked for this long are forgotten. */
const forgottenAfter = '7 days';

export interface WatchDisksOptions {
  host?: string;
  now?: Date;
  look?: (path: string) => Promise<FileSystem | undefined>;
}

interface Seen extends FileSystem {
  /** `data`, `docker`, or both. */
  name: string;
  path: string;
}

/**
 * Measures this host's file systems of Shipmate's and Docker's data. Notifies when one passes a threshold and when it
 * recovers. @returns their usage.
 */
export async function watchDisks(
  deps: Pick<Deps, 'config' | 'database' | 'logger' | 'swarm'>,
  { host = hostname(), look = fileSystemOf, now = new Date() }: WatchDisksOptions = {},
): Promise<string> {
  const seen = await lookAt(deps, look);
  await deps.database.asSystem().transactional(async (em) => {
    for (const one of seen) await noteDisk(em, deps, { ...one, host }, now);
    await executeSql(em, `delete from disks where checked_at < $1::timestamptz - interval '${forgottenAfter}'`, [now]);
  });
  return seen.map((one) => `${one.name} ${percentOf(one)} %`).join(', ');
}

/** Two folders on one file system count once. Docker's exists only when its Engine runs on this host. */
async function lookAt(
  { config, swarm }: Pick<Deps, 'config' | 'swarm'>,
  look: NonNullable<WatchDisksOptions['look']>,
): Promise<Seen[]> {
  const local = config.dockerHost === undefined || config.dockerHost.startsWith('unix:');
  const folders = [
    { name: 'data', path: config.dataDir },
    ...(local ? [{ name: 'docker', path: await swarm.rootFolder() }] : []),
  ];
  const seen: Seen[] = [];
  for (const folder of folders) {
    const found = await look(folder.path);
    const same = seen.find(({ device }) => device === found?.device);
    if (same) same.name = `${same.name} and ${folder.name}`;
    else if (found) seen.push({ ...folder, ...found });
  }
  return seen;
}

async function noteDisk(
  em: EntityManager,
  { config, logger }: Pick<Deps, 'config' | 'logger'>,
  { freeBytes, host, name, path, sizeBytes, usedBytes, ...seen }: Seen & { host: string },
  now: Date,
): Promise<void> {
  const before = await lockedRow(em, host, name);
  const usedPercent = percentOf({ ...seen, freeBytes, sizeBytes, usedBytes });
  const from = before?.level ?? 'ok';
  const byPercent = diskLevel(usedPercent, from, config.diskThresholds);
  const at = Math.floor(now.getTime() / 1_000);
  const hours = fullInHours(before?.samples ?? [], { at, used: usedBytes, free: freeBytes });
  const isFast = fillsFast({
    hours,
    hoursOfLate: before ? hoursSince(before, { at, freeBytes }) : undefined,
    usedPercent,
    was: from === 'danger',
  });
  const level = isFast ? 'danger' : byPercent;
  const samples = withSample(before?.samples ?? [], [at, usedBytes]);
  const row = { path, sizeBytes, freeBytes, usedPercent, level, samples, checkedAt: now };
  if (before) em.assign(before, row);
  else em.create(Disk, { id: randomUUID(), host, name, ...row });
  await em.flush();
  const worse = diskLevels.indexOf(level) > diskLevels.indexOf(from);
  if (level !== 'ok') await openDiskIncident(em, `${host}/${name}`, `${usedPercent} % full`);
  else if (from !== 'ok') await closeDiskIncident(em, `${host}/${name}`);
  if (!worse && (level !== 'ok' || from === 'ok')) return;
  const hoursLeft = isFast ? hours : undefined;
  logger[level === 'ok' ? 'info' : 'warn'](
    { host, disk: name, path, usedPercent, freeBytes, ...(hoursLeft !== undefined && { hoursLeft }) },
    level === 'ok' ? 'a disk has space again' : 'a disk is filling up',
  );
  await notifyLevel(em, { host, name, ...row }, hoursLeft);
}

/** Hours until it is full at the rate since it was looked at last. */
function hoursSince(before: Disk, { at, freeBytes }: { at: number; freeBytes: number }): number | undefined {
  const perHour = ((before.freeBytes - freeBytes) / (at - before.checkedAt.getTime() / 1_000)) * 3_600;
  return perHour > 0 && Number.isFinite(perHour) ? freeBytes / perHour : undefined;
}

/** Serialises replicas on the same host. */
async function lockedRow(em: EntityManager, host: string, name: string): Promise<Disk | null> {
  await executeSql(em, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [`disk ${host} ${name}`]);
  return em.findOne(Disk, { host, name });
}

/** Counts like `df`: blocks reserved for root are neither used nor free. */
function percentOf({ freeBytes, usedBytes }: FileSystem): number {
  return Math.ceil((usedBytes / Math.max(1, usedBytes + freeBytes)) * 100);
}

export function diskLevel(percent: number, before: DiskLevel, [warning, danger]: readonly [number, number]): DiskLevel {
  const kept = (level: DiskLevel, threshold: number) =>
    percent >= threshold || (before === level && percent > threshold - hysteresis);
  if (kept('danger', danger)) return 'danger';
  return percent >= warning || (before !== 'ok' && percent > warning - hysteresis) ? 'warning' : 'ok';
}

function withSample(samples: DiskSample[], sample: DiskSample): DiskSample[] {
  const last = samples.at(-1);
  if (last && sample[0] - last[0] < hourSeconds) return samples;
  return [...samples, sample].slice(-mostSamples);
}

type Noted = Pick<Disk, 'host' | 'name' | 'path' | 'usedPercent' | 'freeBytes' | 'level' | 'samples'>;

async function notifyLevel(em: EntityManager, disk: Noted, hours: number | undefined): Promise<void> {
  const { freeBytes, host, level, name, path, usedPercent } = disk;
  const filesystem = { host, disk: name, path, freeBytes };
  await notify(em, {
    // The recovery has the warning's severity, so it reaches the same routes.
    severity: level === 'ok' ? 'warning' : level,
    // A danger must not be grouped with an earlier warning, which quiet hours may hold back.
    subject: `${host}/${name} ${level}`,
    fact:
      level === 'ok'
        ? { kind: 'disk-freed', ...filesystem }
        : {
            kind: 'disk-filling',
            ...filesystem,
            usedPercent,
            fullInDays: hours === undefined ? (fullInDays(disk) ?? null) : hours / 24,
            ...(hours !== undefined && { isFast: true }),
            level,
          },
  });
}
