import { randomUUID } from 'node:crypto';
import type { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError, UsageError } from '../../errors.ts';
import { createRedactor } from '../../secrets/redact.ts';
import { labelKeys } from '../../swarm/labels.ts';
import { oneOffName } from '../../swarm/names.ts';
import { formatDuration } from '../../units/durations.ts';
import { requireSupervision } from '../access/project-access.ts';
import { loadEnvironment } from '../applications/application-environment.ts';
import { findStackService, nameInStack, servicesOf } from '../applications/application-services.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { commandOf } from './one-off-spec.ts';
import { typedCommand } from './typed-command.ts';

/** Of a command line, characters: what is longer belongs into a script. */
const longestCommand = 10_000;
/** Of one application: tasks that run at once, and those that are kept with the ones that have ended. */
const most = { running: 5, kept: 20 };

export interface RunRequest {
  user: User;
  origin: Origin;
  application: string;
  /** Of a compose application: in whose image. */
  service: string | undefined;
  /** A line of a shell, or a JSON list of words. */
  command: string;
  limitMs: number;
}

export interface StartedRun {
  application: Application;
  /** Of its Swarm service, which also names it. */
  name: string;
  /** What names it to people. */
  id: string;
}

/**
 * Starts a command once, as a task of its own with what the application runs with now. Swarm runs it, whatever becomes of
 * Shipmate.
 * @throws {ForbiddenError} {ConflictError} when the application does not run, or too many commands do.
 */
export async function startRun(deps: Deps, request: RunRequest): Promise<StartedRun> {
  const { origin, user } = request;
  const command = typedCommand(request.command);
  if (command.length > longestCommand) {
    throw new UsageError(`The command has more than ${longestCommand} characters. Put it into a script of the image.`);
  }
  const application = await deps.database.asUser(user.id).transactional(async (em) => {
    const found = await findApplication(em, request.application, { user, intent: 'change' });
    await requireSupervision(em, found.project, user, 'Running a command');
    return found;
  });
  const fullName = applicationName(application);
  const services = await servicesOf(deps, application);
  if (services.length === 0) {
    throw new ConflictError(`\`${fullName}\` does not run on Swarm. Deploy it first: \`deploy ${fullName}\`.`);
  }
  const [only] = services;
  const isAsked = application.type === 'compose' || request.service !== undefined;
  const service = isAsked || !only ? findStackService(application, services, request.service) : only;
  await makeRoom(deps, application);
  const name = oneOffName(application.project.name, application.name, 'run', randomUUID());
  const id = name.slice(-8);
  const { secretValues } = await loadEnvironment(deps, deps.database.asSystem(), application);
  await deps.database.asUser(user.id).transactional(async (em) =>
    recordAudit(em, {
      ...actor(user, origin),
      action: 'application.run',
      resourceType: 'application',
      resourceId: application.id,
      details: {
        name: application.name,
        run: id,
        command: createRedactor(secretValues)(command),
        limit: formatDuration(request.limitMs),
        ...(nameInStack(service) !== undefined && { service: nameInStack(service) }),
      },
    }),
  );
  await deps.swarm.runBeside({
    service: service.name,
    name,
    command: commandOf(command),
    labels: {
      [labelKeys.oneOff]: 'run',
      [labelKeys.project]: application.project.id,
      [labelKeys.application]: application.id,
      [labelKeys.startedBy]: user.id,
      [labelKeys.until]: new Date(Date.now() + request.limitMs).toISOString(),
    },
  });
  return { application, name, id };
}

/** @throws {ConflictError} when too many run. */
async function makeRoom({ swarm }: Pick<Deps, 'swarm'>, application: Application): Promise<void> {
  const own = (await swarm.oneOffs()).filter(
    ({ labels }) => labels[labelKeys.application] === application.id && labels[labelKeys.cron] === undefined,
  );
  const ended = own.filter(({ endedAt }) => endedAt !== undefined);
  if (own.length - ended.length >= most.running) {
    const ids = own.filter(({ endedAt }) => endedAt === undefined).map(({ name }) => `\`${name.slice(-8)}\``);
    const fullName = applicationName(application);
    throw new ConflictError(
      `${most.running} commands run in \`${fullName}\` already, which is the limit: ${ids.join(', ')}. ` +
        `Wait for one, or cancel it: \`cancel ${fullName} --run <id>\`.`,
    );
  }
  for (const { name } of ended.slice(0, Math.max(0, own.length + 1 - most.kept))) await swarm.remove(name);
}
