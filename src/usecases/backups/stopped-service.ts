import { setTimeout as delay } from 'node:timers/promises';
import { executeSql } from '../../database/database.ts';
import { UnavailableError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import type { DatabaseAccess } from './database-access.ts';

const pollMs = 250;
/** How long a server may take to come up again before it is said not to, milliseconds. */
const startMs = 10 * 60_000;

export interface StopRequest {
  table: 'backups' | 'restores';
  /** Remembers, while the service is stopped, that it is to run again. */
  id: string;
  signal: AbortSignal;
}

/**
 * Stops the service for `work`, and starts it again however that ends; a process that is killed meanwhile leaves a note
 * in the row, for `startAgain`. @returns for how long it was away, seconds.
 */
export async function whileStopped(
  deps: Deps,
  access: DatabaseAccess,
  request: StopRequest,
  work: () => Promise<void>,
): Promise<number> {
  const { replicas = 1 } = (await deps.swarm.inspect(access.service)) ?? {};
  await note(deps, request, Math.max(1, replicas));
  const begun = performance.now();
  try {
    await deps.swarm.scale(access.service, 0);
    await awaitRunning(deps, access.service, 0, request.signal);
    await work();
  } finally {
    await startAgain(deps, access, request, Math.max(1, replicas));
  }
  await awaitRunning(deps, access.service, Math.max(1, replicas), AbortSignal.timeout(startMs));
  return (performance.now() - begun) / 1_000;
}

/** What an earlier run left stopped. */
export async function startAgain(
  deps: Deps,
  access: DatabaseAccess,
  request: Pick<StopRequest, 'table' | 'id'>,
  replicas: number,
): Promise<void> {
  const status = await deps.swarm.inspect(access.service);
  if (status && status.replicas < replicas) await deps.swarm.scale(access.service, replicas);
  await note(deps, request, null);
}

async function awaitRunning(deps: Deps, service: string, wanted: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const status = await deps.swarm.inspect(service);
    if (status?.running === wanted) return;
    if (signal.aborted) {
      signal.throwIfAborted();
      throw new UnavailableError(`The service \`${service}\` does not come up again.`);
    }
    await delay(pollMs);
  }
}

async function note(deps: Deps, { table, id }: Pick<StopRequest, 'table' | 'id'>, replicas: number | null) {
  await executeSql(
    deps.database.asSystem(),
    `update ${table} set metadata = jsonb_set(metadata, '{stopped_replicas}', $2::jsonb) where id = $1`,
    [id, JSON.stringify(replicas)],
  );
}
