import { executeSql } from '../../database/database.ts';
import { CronRun } from '../../entities/cron-run.ts';
import { UnavailableError, UserError } from '../../errors.ts';
import { isNameTaken } from '../../swarm/engine-errors.ts';
import { labelKeys } from '../../swarm/labels.ts';
import { oneOffName } from '../../swarm/names.ts';
import { logUnexpected } from '../../unexpected-error.ts';
import { findStackService, servicesOf } from '../applications/application-services.ts';
import { applicationName } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { commandOf } from '../one-offs/one-off-spec.ts';
import { endRun } from './end-run.ts';

/** Starts the runs that wait, one at a time for each command; returns how many. */
export async function startRuns(deps: Deps, signal: AbortSignal): Promise<number> {
  const populate = ['cronCommand.application.project'] as const;
  const waiting = await deps.database
    .asSystem()
    .find(CronRun, { status: 'queued' }, { populate, orderBy: { createdAt: 'asc' }, limit: 500 });
  let started = 0;
  for (const run of waiting) {
    signal.throwIfAborted();
    if (run.cronCommand.application.deletedAt) continue;
    if (await startRun(deps, run)) started += 1;
  }
  return started;
}

async function startRun(deps: Deps, run: CronRun): Promise<boolean> {
  const { application } = run.cronCommand;
  const attempt = run.attempt + 1;
  // Of the run and its attempt: Swarm refuses a second one, whoever else tries at the same moment.
  const name = oneOffName(application.project.name, application.name, 'run', `${run.id}:${attempt}`);
  if (!(await claim(deps, run, attempt, name))) return false;
  try {
    await startTask(deps, run, name);
    return true;
  } catch (error) {
    if (isNameTaken(error)) return true;
    if (error instanceof UnavailableError) {
      await giveBack(deps, run);
      throw error;
    }
    const reason =
      error instanceof UserError
        ? error.message
        : logUnexpected(deps, error, 'a scheduled command could not be started', { run: run.id }).sentence;
    await endRun(deps, run.id, { status: 'failed', reason, mayRetry: false });
    return false;
  }
}

/** False when another process has taken it, or the run before it has not ended. */
async function claim({ database }: Deps, run: CronRun, attempt: number, name: string): Promise<boolean> {
  const { rows } = await executeSql(
    database.asSystem(),
    `update cron_runs r set status = 'running', attempt = $2, service_name = $3, started_at = now()
     where r.id = $1 and r.status = 'queued' and r.attempt = $2 - 1 and not exists (
       select from cron_runs o where o.cron_command_id = r.cron_command_id and o.status = 'running'
     ) returning r.id`,
    [run.id, attempt, name],
  );
  return rows.length > 0;
}

/** The Engine is away: the next minute tries again. */
async function giveBack({ database }: Deps, { id }: CronRun): Promise<void> {
  await executeSql(
    database.asSystem(),
    `update cron_runs set status = 'queued', attempt = attempt - 1, service_name = null, started_at = null
     where id = $1 and status = 'running'`,
    [id],
  );
}

async function startTask(deps: Deps, { cronCommand: cron, id }: CronRun, name: string): Promise<void> {
  const { application } = cron;
  const services = await servicesOf(deps, application);
  const [only] = services;
  if (!only) {
    const full = applicationName(application);
    throw new UserError(`\`${full}\` does not run on Swarm. Deploy it first: \`deploy ${full}\`.`);
  }
  const isAsked = application.type === 'compose' || Boolean(cron.service);
  const service = isAsked ? findStackService(application, services, cron.service ?? undefined) : only;
  await deps.swarm.runBeside({
    service: service.name,
    name,
    command: commandOf(cron.command),
    labels: {
      [labelKeys.oneOff]: 'run',
      [labelKeys.cron]: id,
      [labelKeys.project]: application.project.id,
      [labelKeys.application]: application.id,
      [labelKeys.until]: new Date(Date.now() + cron.limitSeconds * 1_000).toISOString(),
    },
  });
}
