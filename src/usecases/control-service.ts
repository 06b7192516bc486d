import { setTimeout as delay } from 'node:timers/promises';
import { Application } from '../entities/application.ts';
import { Deployment, unfinishedStatuses, waitsForApproval } from '../entities/deployment.ts';
import type { User } from '../entities/user.ts';
import { ConflictError } from '../errors.ts';
import { serviceName } from '../swarm/names.ts';
import type { ServiceStatus } from '../swarm/swarm.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import { applicationName, findApplication } from './find-application.ts';
import { lockApplication } from './lock-application.ts';
import { actor, type Origin } from './origin.ts';

/** How long the answer waits for the tasks before it says how far they are. */
const settleMs = 20_000;
const pollMs = 500;

export interface ControlRequest {
  user: User;
  application: string;
  origin: Origin;
}

export interface Controlled {
  application: Application;
  /** Undefined when the application has never been deployed. */
  service: ServiceStatus | undefined;
}

/** Changes the number of tasks, now and for later deployments. */
export async function scaleApplication(
  deps: Deps,
  request: ControlRequest & { replicas: number },
): Promise<Controlled> {
  const { replicas } = request;
  const application = await prepare(deps, request, 'scale', {
    replicas,
    status: replicas === 0 ? 'stopped' : 'running',
  });
  const name = nameOf(application);
  if (!(await deps.swarm.inspect(name))) return { application, service: undefined };
  await deps.swarm.scale(name, replicas);
  return { application, service: await settled(deps, name, replicas) };
}

/** Ends all tasks; the number of replicas is kept for `start`. */
export async function stopApplication(deps: Deps, request: ControlRequest): Promise<Controlled> {
  const application = await prepare(deps, request, 'stop', { status: 'stopped' });
  const name = await requireService(deps, application);
  await deps.swarm.scale(name, 0);
  return { application, service: await settled(deps, name, 0) };
}

/** Starts what was stopped: at least one task. */
export async function startApplication(deps: Deps, request: ControlRequest): Promise<Controlled> {
  const application = await prepare(deps, request, 'start', { status: 'running' });
  const name = await requireService(deps, application);
  const replicas = Math.max(1, application.replicas);
  await deps.swarm.scale(name, replicas);
  return { application, service: await settled(deps, name, replicas) };
}

/** Replaces every task by a new one of the same version, start-first. */
export async function restartApplication(deps: Deps, request: ControlRequest): Promise<Controlled> {
  const application = await prepare(deps, request, 'restart', {});
  const name = await requireService(deps, application);
  await deps.swarm.restart(name);
  return { application, service: await deps.swarm.inspect(name) };
}

function nameOf(application: Application): string {
  return serviceName(application.project.name, application.name, application.id);
}

async function requireService(deps: Deps, application: Application): Promise<string> {
  const name = nameOf(application);
  if (await deps.swarm.inspect(name)) return name;
  throw new ConflictError(neverDeployed(application));
}

function neverDeployed(application: Application): string {
  const name = applicationName(application);
  return `\`${name}\` does not run on Swarm yet. Deploy it first: \`deploy ${name}\`.`;
}

/**
 * Records the change, unless a deployment is under way: both would write the same service.
 * @throws {ConflictError}
 */
async function prepare(
  deps: Deps,
  request: ControlRequest,
  verb: 'scale' | 'stop' | 'start' | 'restart',
  after: { replicas?: number; status?: 'running' | 'stopped' },
): Promise<Application> {
  const access = { user: request.user, intent: 'change' } as const;
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, access);
    await lockApplication(em, application);
    const name = applicationName(application);
    const unfinished = await em.find(Deployment, { application, status: { $in: [...unfinishedStatuses] } });
    if (unfinished.some((one) => !waitsForApproval(one))) {
      throw new ConflictError(`A deployment of \`${name}\` is under way. Wait for it, or \`cancel ${name}\`.`);
    }
    const deployed = (await em.count(Deployment, { application, status: 'success' })) > 0;
    if (!deployed && verb !== 'scale') throw new ConflictError(neverDeployed(application));
    const before = { replicas: application.replicas, status: application.status };
    if (after.replicas !== undefined) application.replicas = after.replicas;
    // What was never deployed or failed does not begin to run by being scaled.
    if (after.status && (deployed || after.status === 'stopped')) application.status = after.status;
    await em.flush();
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: `application.${verb}`,
      resourceType: 'application',
      resourceId: application.id,
      details: { application: name, before, after: { replicas: application.replicas, status: application.status } },
    });
    return application;
  });
}

/** Waits until as many tasks run as are wanted, and answers what is true by then. */
async function settled(deps: Deps, name: string, replicas: number): Promise<ServiceStatus | undefined> {
  const deadline = Date.now() + settleMs;
  for (;;) {
    const service = await deps.swarm.inspect(name);
    if (!service || service.running === replicas || Date.now() >= deadline) return service;
    await delay(pollMs);
  }
}
