import { setTimeout as delay } from 'node:timers/promises';
import { executeSql } from '../../database/database.ts';
import { UnavailableError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { holdServer } from '../databases/server-lease.ts';
import type { DatabaseAccess } from './database-access.ts';
import type { WorkRow } from './work-row.ts';

const pollMs = 250;
/** How long a server may take to come up again before it is said not to, milliseconds. */
const startMs = 10 * 60_000;

/** The row remembers, while the service is stopped, that it is to run again. */
export interface StopRequest extends WorkRow {
  signal: AbortSignal;
}

/**
 * Stops the service for `work`, and starts it again however that ends; a process that is killed meanwhile leaves a note
 * in the row, for `startStopped`. What was asked of the server meanwhile is done afterwards.
 * @returns for how long it was away, seconds.
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
    ({ replicas = 1 } = (await deps.swarm.inspect(access.service)) ?? {});
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
  { replicas, signal, ...row }: StopRequest & { replicas: number },
  work: () => Promise<void>,
): Promise<void> {
  await note(deps, row, replicas);
  try {
    await deps.swarm.scale(access.service, 0);
    if (access.volume !== undefined) await deps.oneShots.awaitUnused(access.volume, signal);
    await work();
  } finally {
    await startAgain(deps, access, row, replicas);
  }
}

/** Starts the service again when an earlier run of the row's work left it stopped. */
export async function startStopped(deps: Deps, access: DatabaseAccess, row: WorkRow): Promise<void> {
  const { rows } = await executeSql<{ replicas: number | null }>(
    deps.database.asSystem(),
    `select (metadata ->> 'stopped_replicas')::int as replicas from ${row.table} where id = $1`,
    [row.id],
  );
  const replicas = rows[0]?.replicas;
  if (replicas) await startAgain(deps, access, row, replicas);
}

async function startAgain(deps: Deps, access: DatabaseAccess, row: WorkRow, replicas: number): Promise<void> {
  const status = await deps.swarm.inspect(access.service);
  if (status && status.replicas < replicas) await deps.swarm.scale(access.service, replicas);
  await note(deps, row, null);
}

/** Of one that somebody has stopped or deleted since, nothing is awaited. */
async function awaitRunning(deps: Deps, service: string, wanted: number): Promise<void> {
  for (const end = Date.now() + startMs; ;) {
    const status = await deps.swarm.inspect(service);
    if (!status || status.replicas < wanted || status.running === wanted) return;
    if (Date.now() > end) throw new UnavailableError(`The service \`${service}\` did not come back up.`);
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
