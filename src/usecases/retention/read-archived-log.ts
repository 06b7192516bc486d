import type { Archive } from '../../archive/archive.ts';
import { readRows } from '../../archive/row-objects.ts';
import type { Deployment } from '../../entities/deployment.ts';
import { makeRoom } from '../../make-room.ts';
import type { Deps } from '../deps.ts';
import type { ArchivedDeployment } from './archive-deployments.ts';

/** Recently read logs in the cache, since a page reads the same log several times. */
const kept = 4;
const recent = new WeakMap<Archive, Map<string, Promise<string[]>>>();

/**
 * The lines of a deployment's archived log; none when it had no log. When the archive is unreadable, a single line with
 * the log's location.
 */
export async function readArchivedLog(
  { archive, logger }: Pick<Deps, 'archive'> & Partial<Pick<Deps, 'logger'>>,
  { id, metadata }: Pick<Deployment, 'id' | 'metadata'>,
): Promise<string[]> {
  const { archive: name } = metadata;
  if (name === undefined) return [];
  try {
    return await readOnce(archive, name, id);
  } catch (error) {
    logger?.warn({ err: error, object: name, deploymentId: id }, 'could not read the archive');
    return [`This log is in the archive, ${archive.location}, as ${name}. The archive is currently unreadable.`];
  }
}

function readOnce(archive: Archive, name: string, id: string): Promise<string[]> {
  const logs = recent.get(archive) ?? new Map<string, Promise<string[]>>();
  recent.set(archive, logs);
  const known = logs.get(id);
  if (known) return known;
  const reading = readLog(archive, name, id);
  makeRoom(logs, kept);
  logs.set(id, reading);
  reading.catch(() => logs.delete(id));
  return reading;
}

async function readLog(archive: Archive, name: string, id: string): Promise<string[]> {
  for await (const row of readRows<ArchivedDeployment>(archive, name)) {
    if (row.id === id) return row.logs === '' ? [] : row.logs.split('\n');
  }
  return [];
}
