import { setTimeout as delay } from 'node:timers/promises';
import { Application } from '../../entities/application.ts';
import { Deployment, unfinishedStatuses, waitsForApproval } from '../../entities/deployment.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import { labelKeys } from '../../swarm/labels.ts';
import type { ServiceStatus } from '../../swarm/swarm.ts';
import { countTasks, findStackService, nameInStack, servicesOf } from '../applications/application-services.ts';
import { tryReconcileIngress } from '../ingress/reconcile-ingress.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import { lockApplicationRow } from '../applications/lock-application-row.ts';
import { actor, type Origin } from '../origin.ts';

/** How long to wait for the tasks before reporting their progress, milliseconds. */
const settleMs = 20_000;
const pollMs = 500;

export interface ControlRequest {
  user: User;
  application: string;
  origin: Origin;
}

export interface Controlled {
  application: Application;
  /** Desired number of tasks. */
  wanted: number;
  /** Running tasks; undefined when it has never been deployed. */
  running: number | undefined;
}

/** Changes the number of tasks, for one service of a stack, now and for later deployments. */
export async function scaleApplication(
  deps: Deps,
  request: ControlRequest & { replicas: number; service?: string | undefined },
): Promise<Controlled> {
  const { replicas } = request;
  const [only] = await requireStackService(deps, request);
  const status = replicas === 0 ? 'stopped' : 'running';
  const application = await prepare(
    deps,
    request,
    'scale',
    only ? { service: request.service, replicas } : { replicas, status },
  );
  const [service] = only ? [only] : await servicesOf(deps, application);
  if (!service) return { application, wanted: replicas, running: undefined };
  await deps.swarm.scale(service.name, replicas);
  return settledAndTold(deps, application, new Map([[service.name, replicas]]));
}

/** Stops all tasks; keeps the number of replicas for `start`. */
export async function stopApplication(deps: Deps, request: ControlRequest): Promise<Controlled> {
  const application = await prepare(deps, request, 'stop', { status: 'stopped' });
  return scaleTo(deps, application, () => 0);
}

/** Starts a stopped application: at least one task, or as many as the compose file defines. */
export async function startApplication(deps: Deps, request: ControlRequest): Promise<Controlled> {
  const application = await prepare(deps, request, 'start', { status: 'running' });
  return scaleTo(deps, application, (service) => tasksWhenStarted(application, service));
}

/** Replaces every task with a new one of the same version, start-first. */
export async function restartApplication(deps: Deps, request: ControlRequest): Promise<Controlled> {
  const application = await prepare(deps, request, 'restart', {});
  const services = await requireServices(deps, application);
  for (const { name, replicas } of services) if (replicas > 0) await deps.swarm.restart(name);
  const { replicas, running } = countTasks(await servicesOf(deps, application));
  return { application, wanted: replicas, running };
}

async function scaleTo(
  deps: Deps,
  application: Application,
  tasks: (service: ServiceStatus) => number,
): Promise<Controlled> {
  const wanted = new Map<string, number>();
  for (const service of await requireServices(deps, application)) wanted.set(service.name, tasks(service));
  for (const [name, replicas] of wanted) await deps.swarm.scale(name, replicas);
  return settledAndTold(deps, application, wanted);
}

function tasksWhenStarted(application: Application, service: ServiceStatus): number {
  const name = nameInStack(service);
  if (name === undefined) return Math.max(1, application.replicas);
  return application.dockerConfig.service_replicas?.[name] ?? Number(service.labels[labelKeys.replicas] ?? 1);
}

/**
 * The named service of a stack; undefined for other applications.
 * @throws {UsageError} when the name is missing or unknown.
 */
async function requireStackService(
  deps: Deps,
  { application: name, service, user }: ControlRequest & { service?: string | undefined },
): Promise<ServiceStatus[]> {
  const application = await deps.database
    .asUser(user.id)
    .transactional(async (em) => findApplication(em, name, { user, intent: 'change' }));
  if (application.type !== 'compose' && service === undefined) return [];
  const services = await servicesOf(deps, application);
  if (application.type === 'compose' && services.length === 0) throw new ConflictError(neverDeployed(application));
  return [findStackService(application, services, service)];
}

async function requireServices(deps: Deps, application: Application): Promise<ServiceStatus[]> {
  const services = await servicesOf(deps, application);
  if (services.length > 0) return services;
  throw new ConflictError(neverDeployed(application));
}

function neverDeployed(application: Application): string {
  const name = applicationName(application);
  return `\`${name}\` does not run on Swarm yet. Deploy it first: \`deploy ${name}\`.`;
}

/**
 * Records the change, unless a deployment is in progress, which would write the same service.
 * @throws {ConflictError}
 */
async function prepare(
  deps: Deps,
  request: ControlRequest,
  verb: 'scale' | 'stop' | 'start' | 'restart',
  after: { service?: string | undefined; replicas?: number; status?: 'running' | 'stopped' },
): Promise<Application> {
  const access = { user: request.user, intent: 'change' } as const;
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, access);
    await lockApplicationRow(em, application);
    const name = applicationName(application);
    const unfinished = await em.find(Deployment, { application, status: { $in: [...unfinishedStatuses] } });
    if (unfinished.some((one) => !waitsForApproval(one))) {
      throw new ConflictError(`A deployment of \`${name}\` is in progress. Wait for it, or \`cancel ${name}\`.`);
    }
    const deployed = (await em.count(Deployment, { application, status: 'success' })) > 0;
    if (!deployed && verb !== 'scale') throw new ConflictError(neverDeployed(application));
    const before = wantedState(application, after.service);
    setReplicas(application, after);
    // Scaling does not make a failed or never deployed application run.
    if (after.status && (deployed || after.status === 'stopped')) application.status = after.status;
    await em.flush();
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: `application.${verb}`,
      resourceType: 'application',
      resourceId: application.id,
      details: { application: name, before, after: wantedState(application, after.service) },
    });
    return application;
  });
}

function setReplicas(
  application: Application,
  { service, replicas }: { service?: string | undefined; replicas?: number },
) {
  if (replicas === undefined) return;
  if (service === undefined) {
    application.replicas = replicas;
    return;
  }
  const service_replicas = { ...application.dockerConfig.service_replicas, [service]: replicas };
  application.dockerConfig = { ...application.dockerConfig, service_replicas };
}

function wantedState({ dockerConfig, replicas, status }: Application, service: string | undefined) {
  if (service === undefined) return { replicas, status };
  return { service, replicas: dockerConfig.service_replicas?.[service], status };
}

/** As `settled`; the ingress learns meanwhile whether the application has tasks. */
async function settledAndTold(deps: Deps, application: Application, wanted: Map<string, number>): Promise<Controlled> {
  const [controlled] = await Promise.all([settled(deps, application, wanted), tryReconcileIngress(deps)]);
  return controlled;
}

/** Waits until the desired number of tasks runs, and returns the state at the end. */
async function settled(deps: Deps, application: Application, wanted: Map<string, number>): Promise<Controlled> {
  const deadline = performance.now() + settleMs;
  const all = [...wanted.values()].reduce((sum, replicas) => sum + replicas, 0);
  for (;;) {
    const services = await Promise.all([...wanted.keys()].map((name) => deps.swarm.inspect(name)));
    const there = services.filter((service) => service !== undefined);
    const isSettled = there.every(({ name, running }) => running === wanted.get(name));
    if (isSettled || performance.now() >= deadline) {
      return { application, wanted: all, running: there.length === 0 ? undefined : countTasks(there).running };
    }
    await delay(pollMs);
  }
}
