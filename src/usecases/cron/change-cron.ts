import { randomUUID } from 'node:crypto';
import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { CronCommand, type Overlap } from '../../entities/cron-command.ts';
import { CronRun } from '../../entities/cron-run.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, UsageError } from '../../errors.ts';
import { createRedactor } from '../../secrets/redact.ts';
import { requireSupervision } from '../access/project-access.ts';
import { loadEnvironment } from '../applications/application-environment.ts';
import { findStackService, servicesOf } from '../applications/application-services.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { byHandKey } from '../jobs/job-lease.ts';
import { commandOf } from '../one-offs/one-off-spec.ts';
import { typedCommand } from '../one-offs/typed-command.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { requireCronTimes } from './cron-times.ts';
import { findCron } from './find-cron.ts';

/** Of a command line, characters: what is longer belongs into a script. */
const longestCommand = 10_000;
/** Of one application. */
const mostCommands = 50;

/** The job that runs them. */
export const cronJob = 'run-scheduled-commands';

interface CronRequest {
  user: User;
  origin: Origin;
}

export interface NewCron extends CronRequest {
  application: string;
  schedule: string;
  zone: string;
  command: string;
  service: string | undefined;
  overlap: Overlap;
  limitMs: number;
  retries: number;
}

/**
 * Has an application run a command at set times, from the next one on.
 * @throws {UsageError} {ForbiddenError} {ConflictError} when it has too many.
 */
export async function addCron(deps: Deps, request: NewCron): Promise<CronCommand> {
  const { overlap, retries, user, zone } = request;
  const schedule = request.schedule.trim().replaceAll(/\s+/g, ' ');
  requireCronTimes({ schedule, zone });
  const command = typedCommand(request.command).trim();
  if (command === '' || commandOf(command).length === 0) throw new UsageError('Give the command behind `--`.');
  if (command.length > longestCommand) {
    throw new UsageError(`The command has more than ${longestCommand} characters. Put it into a script of the image.`);
  }
  const service = await requireService(deps, request);
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, { user, intent: 'change' });
    await requireSupervision(em, application.project, user, 'Scheduling a command');
    const name = applicationName(application);
    if ((await em.count(CronCommand, { application: application.id })) >= mostCommands) {
      throw new ConflictError(
        `\`${name}\` has ${mostCommands} scheduled commands. \`cron list ${name}\` shows them: remove one first.`,
      );
    }
    const limitSeconds = Math.ceil(request.limitMs / 1_000);
    const times = { schedule, zone, overlap, limitSeconds, retries };
    const made = em.create(CronCommand, {
      ...times,
      application: em.getReference(Application, application.id),
      command,
      service: service ?? null,
      checkedAt: new Date(),
      createdBy: em.getReference(User, user.id),
    });
    await em.flush();
    const { secretValues } = await loadEnvironment(deps, deps.database.asSystem(), application);
    const details = { id: made.id, ...times, command: createRedactor(secretValues)(command) };
    await audit(em, request, application, 'cron_add', { ...details, ...(service !== undefined && { service }) });
    return em.findOneOrFail(CronCommand, made.id, { populate: ['application.project'] });
  });
}

/** A compose application that runs has to have the service; one that does not run yet may get it. */
async function requireService(deps: Deps, request: NewCron): Promise<string | undefined> {
  const { service, user } = request;
  const application = await deps.database
    .asUser(user.id)
    .transactional((em) => findApplication(em, request.application));
  const services = await servicesOf(deps, application);
  const isAsked = application.type === 'compose' || service !== undefined;
  if (services.length > 0 && isAsked) findStackService(application, services, service);
  if (services.length === 0 && application.type === 'compose' && service === undefined) {
    throw new UsageError(
      `\`${applicationName(application)}\` is a compose application: name a service with \`--service\`.`,
    );
  }
  return service;
}

/** With its history. A task of it that runs goes on. */
export async function removeCron(deps: Deps, { id, ...request }: CronRequest & { id: string }): Promise<CronCommand> {
  return change(deps, request, id, 'Removing a scheduled command', 'cron_remove', async (em, cron) => {
    await em.nativeDelete(CronCommand, { id: cron.id });
  });
}

/** Times while it was off are not made up for. */
export async function enableCron(
  deps: Deps,
  { enabled, id, ...request }: CronRequest & { id: string; enabled: boolean },
): Promise<CronCommand> {
  const verb = enabled ? 'cron_enable' : 'cron_disable';
  return change(deps, request, id, 'Changing a scheduled command', verb, async (em, cron) => {
    if (enabled && !cron.enabled) cron.checkedAt = new Date();
    cron.enabled = enabled;
    await em.flush();
  });
}

/** Asks for a run now, beside the times of its schedule. @throws {ConflictError} while one waits or runs. */
export async function runCronNow(deps: Deps, { id, ...request }: CronRequest & { id: string }): Promise<CronCommand> {
  return change(deps, request, id, 'Running a command', 'cron_run', async (em, cron) => {
    const open = { $in: ['queued', 'running'] as const };
    if ((await em.count(CronRun, { cronCommand: cron.id, status: open })) > 0) {
      throw new ConflictError(`A run of it waits or runs already: \`cron show ${cron.id.slice(0, 8)}\`.`);
    }
    em.create(CronRun, { cronCommand: cron, requestedBy: em.getReference(User, request.user.id) });
    await em.flush();
    await deps.queue.enqueueJob({ name: cronJob, lane: 'quick', key: byHandKey(cronJob, randomUUID()) }, em);
  });
}

async function change(
  deps: Deps,
  request: CronRequest,
  id: string,
  supervising: string,
  verb: string,
  apply: (em: EntityManager, cron: CronCommand) => Promise<void>,
): Promise<CronCommand> {
  const { user } = request;
  return deps.database.asUser(user.id).transactional(async (em) => {
    const cron = await findCron(em, id, { user, supervising });
    await apply(em, cron);
    await audit(em, request, cron.application, verb, { id: cron.id, schedule: cron.schedule });
    return cron;
  });
}

async function audit(
  em: EntityManager,
  { origin, user }: CronRequest,
  application: Application,
  verb: string,
  details: Record<string, unknown>,
): Promise<void> {
  await recordAudit(em, {
    ...actor(user, origin),
    action: `application.${verb}`,
    resourceType: 'application',
    resourceId: application.id,
    details: { kind: 'cron', name: application.name, ...details },
  });
}
