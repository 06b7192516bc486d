import { setTimeout as delay } from 'node:timers/promises';
import { executeSql } from '../../database/database.ts';
import { UnavailableError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { holdServer } from '../databases/server-lease.ts';
import type { DatabaseAccess } from './database-access.ts';
import type { WorkRow } from './work-row.ts';

const pollMs = 250;
/** How long a server may take to come back up, milliseconds. */
const startMs = 10 * 60_000;

/** While the service is stopped, the row records that it has to be started again. */
export interface StopRequest extends WorkRow {
  signal: AbortSignal;
  /** `work` replaces the server's files: when it fails, the service stays stopped until the next attempt or `startStopped`. */
  replacesFiles?: boolean;
}

/**
 * Stops the service during `work` and starts it again, even when `work` fails, unless its files may be incomplete then: a
 * server would take them for an empty database. If the process is killed in between, the note in the row lets
 * `startStopped` do it, or the next attempt. Changes requested in the meantime apply afterwards.
 * @returns the downtime, seconds.
 */
export async function whileStopped(
  deps: Deps,
  access: DatabaseAccess,
  request: StopRequest,
  work: () => Promise<void>,
): Promise<number> {
  const begun = performance.now();
  const lease = await holdServer(deps, access.database.id, request.signal);
  let replicas = 1;
  try {
    replicas = (await noted(deps, request)) ?? (await deps.swarm.inspect(access.service))?.replicas ?? 1;
    await stopFor(deps, access, { ...request, replicas }, work);
  } finally {
    await lease.release();
  }
  await awaitRunning(deps, access.service, replicas);
  return (performance.now() - begun) / 1_000;
}

async function stopFor(
  deps: Deps,
  access: DatabaseAccess,
  { replacesFiles, replicas, signal, ...row }: StopRequest & { replicas: number },
  work: () => Promise<void>,
): Promise<void> {
  await note(deps, row, replicas);
  let touched = false;
  try {
    await deps.swarm.scale(access.service, 0);
    if (access.volume !== undefined) await deps.oneShots.awaitUnused(access.volume, signal);
    touched = true;
    await work();
  } catch (error) {
    if (!(touched && replacesFiles)) await startAgain(deps, access, row, replicas);
    throw error;
  }
  await startAgain(deps, access, row, replicas);
}

/** Starts the service when an earlier run left it stopped. */
export async function startStopped(deps: Deps, access: DatabaseAccess, row: WorkRow): Promise<void> {
  const replicas = await noted(deps, row);
  if (replicas) await startAgain(deps, access, row, replicas);
}

/** Of an earlier run that left the service stopped: how many tasks it had. */
async function noted(deps: Deps, { id, table }: WorkRow): Promise<number | undefined> {
  const { rows } = await executeSql<{ replicas: number | null }>(
    deps.database.asSystem(),
    `select (metadata ->> 'stopped_replicas')::int as replicas from ${table} where id = $1`,
    [id],
  );
  return rows[0]?.replicas ?? undefined;
}

async function startAgain(deps: Deps, access: DatabaseAccess, row: WorkRow, replicas: number): Promise<void> {
  const status = await deps.swarm.inspect(access.service);
  if (status && status.replicas < replicas) await deps.swarm.scale(access.service, replicas);
  await note(deps, row, null);
}

/** Does not wait for a service that somebody has stopped or deleted since. */
async function awaitRunning(deps: Deps, service: string, wanted: number): Promise<void> {
  for (const end = performance.now() + startMs; ;) {
    const status = await deps.swarm.inspect(service);
    if (!status || status.replicas < wanted || status.running === wanted) return;
    if (performance.now() > end) throw new UnavailableError(`The service \`${service}\` did not come back up.`);
    await delay(pollMs);
  }
}

async function note(deps: Deps, { table, id }: WorkRow, replicas: number | null) {
  await executeSql(
    deps.database.asSystem(),
    `update ${table} set metadata = jsonb_set(metadata, '{stopped_replicas}', $2::jsonb) where id = $1`,
    [id, JSON.stringify(replicas)],
  );
}
