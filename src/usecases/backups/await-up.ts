import { setTimeout as delay } from 'node:timers/promises';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { UserError } from '../../errors.ts';
import { serviceName } from '../../swarm/names.ts';
import type { Deps } from '../deps.ts';

/** How long a new database may take to come up, milliseconds. */
const upMs = 20 * 60_000;
const pollMs = 1_000;

/** Waits for a new database, whose own job starts it. @returns why it is not running. */
export async function awaitUp(deps: Deps, id: string, stop: AbortSignal): Promise<UserError | undefined> {
  const limit = AbortSignal.timeout(upMs);
  for (;;) {
    const database = await deps.database.asSystem().findOneOrFail(ManagedDatabase, id, { populate: ['project'] });
    const { status, statusReason } = database;
    if (status === 'running') return undefined;
    const state = status === 'failed' ? await progressOf(deps, database) : status;
    if (state === 'running') return undefined;
    if (state !== 'initializing' || limit.aborted) {
      return new UserError(`The new database is \`${status}\`: ${statusReason ?? 'it did not come up'}`);
    }
    await delay(pollMs, undefined, { signal: stop });
  }
}

/**
 * A server that is slow to start counts as `failed` after a while, or when the watch finds no running task, although Swarm
 * still starts it and nothing has gone wrong.
 */
async function progressOf({ swarm }: Deps, { id, name, project }: ManagedDatabase) {
  const service = await swarm.inspect(serviceName(project.name, name, id));
  if (!service || service.replicas === 0) return 'failed';
  if (service.running >= service.replicas) return 'running';
  const { ended, errors } = await swarm.troubles(service.name);
  return ended === 0 && errors.length === 0 ? 'initializing' : 'failed';
}
