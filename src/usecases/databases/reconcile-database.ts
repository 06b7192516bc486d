import { isDeepStrictEqual } from 'node:util';
import { type DatabaseStatus, ManagedDatabase } from '../../entities/managed-database.ts';
import { ForbiddenError, UserError } from '../../errors.ts';
import { createRedactor } from '../../secrets/redact.ts';
import { ProgramError } from '../../swarm/containers/program-error.ts';
import type { RolloutProgress, ServiceSpec } from '../../swarm/swarm.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import type { JobResult } from '../jobs/job-result.ts';
import { placeTasks } from '../nodes/place-tasks.ts';
import { type DatabaseServer, databaseSpec, loadServer } from './database-server.ts';
import type { Before } from './database-jobs.ts';
import { ensureAdministrator } from './database-accounts.ts';
import { databaseName } from './find-database.ts';
import { prepareServer } from './prepare-server.ts';
import { holdServer } from './server-lease.ts';
import { settleAccounts } from './settle-accounts.ts';

/** Longest time a server may take to come up, pulling its image included; milliseconds. */
const limitMs = 10 * 60_000;

interface End {
  status: DatabaseStatus;
  reason: string | null;
  /** The change was rolled back. */
  wentBack?: boolean;
}

/**
 * Brings Swarm to the row's desired state and records the result in the row. Idempotent: it checks the current state
 * first, so it can run again after being killed anywhere. When a change does not come up, it restores `before`.
 * @returns a short summary of the result.
 */
export async function reconcileDatabase(
  deps: Deps,
  id: string,
  signal: AbortSignal,
  before?: Before,
): Promise<JobResult> {
  // Waits for the previous job, and for a snapshot that has stopped the server.
  const lease = await holdServer(deps, id, signal);
  try {
    const found = await load(deps, id);
    if (!found) return 'it is deleted';
    const { database, server } = found;
    if (database.status === 'stopped') return await stop(deps, database, server, signal);
    const end = await bringUp(deps, database, server, AbortSignal.any([signal, lease.lost]), before);
    if (!end) return 'superseded by a newer request';
    await finishReconciling(deps, database, end, before);
    if (!end.reason) return end.status;
    return { failed: `${databaseName(database)}: ${end.reason}` };
  } finally {
    await lease.release();
  }
}

async function load(
  deps: Deps,
  id: string,
): Promise<{ database: ManagedDatabase; server: DatabaseServer } | undefined> {
  await ensureAdministrator(deps, id);
  return deps.database.asSystem().transactional(async (em) => {
    const database = await em.findOne(ManagedDatabase, id, { populate: ['project'] });
    return database ? { database, server: await loadServer(deps, em, database) } : undefined;
  });
}

async function stop(
  deps: Deps,
  database: ManagedDatabase,
  server: DatabaseServer,
  signal: AbortSignal,
): Promise<string> {
  if (!(await deps.swarm.inspect(server.service))) return 'it has no service';
  const spec = await placed(deps, database, databaseSpec(deps.config, database, server));
  const rollout = deps.swarm.apply(spec, signal);
  for await (const { state } of rollout) if (state === 'failed') return 'Swarm did not stop it';
  return 'stopped';
}

/** Undefined when it was stopped or deleted in the meantime. */
async function bringUp(
  deps: Deps,
  database: ManagedDatabase,
  server: DatabaseServer,
  stopping: AbortSignal,
  before: Before | undefined,
): Promise<End | undefined> {
  const limit = AbortSignal.timeout(limitMs);
  const signal = AbortSignal.any([stopping, limit]);
  let last: RolloutProgress | undefined;
  try {
    await obtainImage(deps, server.server.image, signal);
    const unprepared = await prepared(deps, database, server, signal, before);
    if (unprepared) return unprepared;
    const spec = await placed(deps, database, databaseSpec(deps.config, database, server));
    for await (const progress of deps.swarm.apply(spec, signal)) {
      last = progress;
      if (!(await isStillWanted(deps, database.id))) return undefined;
    }
  } catch (error) {
    if (stopping.aborted) throw error;
    if (limit.aborted) return { status: 'failed', reason: `not up after 10 minutes; ${said(last)}` };
    if (error instanceof UserError) return { status: 'failed', reason: error.message };
    throw error;
  }
  if (last?.state === 'converged') return { status: 'running', reason: await settled(deps, database, server, signal) };
  if (last?.state !== 'rolled_back') return { status: 'failed', reason: said(last) };
  return { status: 'running', reason: `the change did not come up and was rolled back: ${said(last)}`, wentBack: true };
}

/** @returns how it ends when the server cannot get ready for the change, which is then not made. */
async function prepared(
  deps: Deps,
  database: ManagedDatabase,
  server: DatabaseServer,
  signal: AbortSignal,
  before: Before | undefined,
): Promise<End | undefined> {
  const running = await prepareServer(deps, database, server, { before: before?.config, signal });
  if (running === undefined) return undefined;
  return {
    status: running.isUp ? 'running' : 'failed',
    reason: `the change was not made: ${running.reason}`,
    wentBack: true,
  };
}

/** @returns why its accounts are not as they are to be. */
async function settled(
  deps: Deps,
  { id, name, project }: ManagedDatabase,
  { engine, network, server, service }: DatabaseServer,
  signal: AbortSignal,
): Promise<string | null> {
  const { accounts } = engine;
  const settle = accounts && ((host: string) => accounts.settle(server, host));
  try {
    await settleAccounts(deps, { id, image: server.image, network, service, settle }, signal);
    return null;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const redact = createRedactor([server.account.password, server.administrator.password]);
    return `its accounts and extensions could not be set up: ${redact(error.message)}. Try again: \`db restart ${project.name}/${name}\``;
  }
}

/** @throws {ForbiddenError} when it turns out to be an image that Shipmate built for an application. */
async function obtainImage({ swarm }: Deps, image: string, signal: AbortSignal): Promise<void> {
  let found = await swarm.findImage(image);
  if (!found) {
    await swarm.pull(image, () => {}, signal);
    found = await swarm.findImage(image);
  }
  if (found?.application === undefined) return;
  throw new ForbiddenError(`Shipmate built \`${image}\` for an application. Choose another with \`db set --image\`.`);
}

/** On the node that has its data. @throws {ConflictError} when that node is not there. */
async function placed(deps: Deps, { id }: ManagedDatabase, wanted: ServiceSpec): Promise<ServiceSpec> {
  return (await placeTasks(deps, { database: id }, wanted)).spec;
}

function said(progress: RolloutProgress | undefined): string {
  const { failures = [], taskErrors = [] } = progress ?? {};
  const lastLines = failures.findLast(({ lines }) => lines.length > 0)?.lines ?? [];
  const errors = taskErrors.length > 0 ? taskErrors.join('; ') : 'its tasks report no error';
  return [errors, ...lastLines.slice(-3)].join('\n');
}

async function isStillWanted({ database }: Deps, id: string): Promise<boolean> {
  return database.asSystem().transactional(async (em) => {
    return (await em.count(ManagedDatabase, { id, status: { $ne: 'stopped' } })) > 0;
  });
}

async function finishReconciling(deps: Deps, tried: ManagedDatabase, end: End, before?: Before): Promise<void> {
  const { reason, status, wentBack } = end;
  await deps.database.asSystem().transactional(async (em) => {
    const database = await em.findOne(ManagedDatabase, tried.id, { populate: ['project'] });
    // A change made in the meantime belongs to its own job.
    if (!database || database.status === 'stopped' || !isDeepStrictEqual(wish(database), wish(tried))) return;
    em.assign(database, { status, statusReason: reason });
    if (wentBack && before) Object.assign(database, { version: before.version, config: before.config });
    await recordAudit(em, {
      action: wentBack ? 'database.roll_back' : `database.${status}`,
      resourceType: 'database',
      resourceId: database.id,
      details: { name: databaseName(database), ...(reason && { reason }) },
    });
  });
}

function wish({ config, version }: ManagedDatabase) {
  return { config, version };
}
