import { setTimeout as delay } from 'node:timers/promises';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Deployment, unfinishedStatuses } from '../../entities/deployment.ts';
import type { AbsentNode } from '../../entities/notification-facts.ts';
import { labelKeys } from '../../swarm/labels.ts';
import type { ServiceTroubles } from '../../swarm/services/service-troubles.ts';
import type { ServiceStatus } from '../../swarm/swarm.ts';
import { countTasks, nameInStack, servicesWithLabel } from '../applications/application-services.ts';
import { recordAudit } from '../record-audit.ts';
import { reconcileDatabaseHealth } from '../databases/database-health.ts';
import type { Deps } from '../deps.ts';
import { applicationName } from '../applications/find-application.ts';
import { awaitedNode } from '../nodes/lost-nodes.ts';
import { tryReconcileIngress } from '../ingress/reconcile-ingress.ts';
import { notify } from '../notify.ts';
import { closeIncidents, openIncident } from './incidents.ts';
import { type ClosedPort, judgePort, lookAtPorts, readWatchedPorts, uncertainIn, whyClosed } from './watched-ports.ts';

/**
 * Checks per run, since a single one may fall between two tasks of a restart, or right after a crashing task's start.
 */
const looks = 3;

export interface WatchServicesOptions {
  /** Pause between checks, milliseconds (default 4,000). */
  pauseMs?: number;
  /** How long a task may take until it listens, milliseconds (default 60,000, as for a new version). */
  startMs?: number;
}

type Found = 'unhealthy' | 'healthy' | 'unclear';

/**
 * Compares desired and actual tasks. Marks a running application or database that lacks tasks in most checks `failed`,
 * and a failed one that has all of them again `running`. An application whose tasks run but refuse connections on its
 * port at two looks lacks them too. Notifies once of each change across replicas.
 */
export async function watchServices(
  deps: Deps,
  signal: AbortSignal,
  { pauseMs = 4_000, startMs = 60_000 }: WatchServicesOptions = {},
): Promise<void> {
  // What comes up between the looks lacked tasks in the first ones, as it should.
  const settled = await readSettled(deps);
  const ports = await readWatchedPorts(deps);
  const tried = await lookAtPorts(deps, ports, signal);
  const seen: ServiceStatus[][] = [];
  for (let look = 0; look < looks; look += 1) {
    if (look > 0) await delay(pauseMs, undefined, { signal });
    seen.push(await deps.swarm.list());
  }
  const triedAgain = await lookAtPorts(deps, uncertainIn(tried, ports), signal);
  const portOf = new Map(ports.map((one) => [one.application, judgePort(one, [tried, triedAgain], startMs)]));
  const last = seen.at(-1) ?? [];
  const changes: Change[] = [];
  for (const id of new Set(last.flatMap(({ labels }) => labels[labelKeys.application] ?? []))) {
    if (!settled.has(id)) continue;
    const services = servicesWithLabel(last, id);
    const tasks = judgeAll(seen, services);
    const port = tasks === 'healthy' ? portOf.get(id) : undefined;
    if (tasks === 'unclear' || port === 'unclear') continue;
    if (port === undefined || port === 'open') changes.push({ id, services, found: tasks });
    else changes.push({ id, services, found: 'unhealthy', closed: port });
  }
  const explained = await thoseThatChange(deps, changes, signal);
  await storeChanges(deps, explained);
  // Visitors of what has no tasks any more are told so at once.
  if (explained.length > 0) await tryReconcileIngress(deps);
  for (const service of last.filter(({ labels }) => settled.has(labels[labelKeys.database] ?? ''))) {
    const found = judgeAll(seen, [service]);
    if (found !== 'unclear') await reconcileDatabaseHealth(deps, service, found);
  }
}

/** Applications and databases that run, or have failed: nothing is being brought up. */
async function readSettled(deps: Deps): Promise<Set<string>> {
  const { rows } = await executeSql<{ id: string }>(
    deps.database.asSystem(),
    `select id from applications where status in ('running', 'failed')
     union all select id from databases where status in ('running', 'failed')`,
  );
  return new Set(rows.map(({ id }) => id));
}

interface Change {
  id: string;
  services: readonly ServiceStatus[];
  found: 'unhealthy' | 'healthy';
  /** Its tasks run, but not all take connections. */
  closed?: ClosedPort;
}

interface Explained extends Change {
  troubles: ServiceTroubles;
  /** The lost node with its data; undefined when it waits for none. */
  waitsFor: AbsentNode | undefined;
}

/** Ports whose containers are asked in one run what listens there instead: each takes a container of its own. */
const mostExplained = 10;

/** A task younger than this may still be in a crash loop, milliseconds. */
const calmMs = 60_000;

/** The changes that differ from the database, with their task errors. */
async function thoseThatChange(deps: Deps, changes: readonly Change[], signal: AbortSignal): Promise<Explained[]> {
  const { rows } = await executeSql<{ id: string; status: string }>(
    deps.database.asSystem(),
    // What a preview does is told at its request.
    `select id, status from applications
     where id::text = any ($1) and status in ('running', 'failed') and preview_of_id is null`,
    [changes.map(({ id }) => id)],
  );
  const status = new Map(rows.map((row) => [row.id, row.status]));
  const explained: Explained[] = [];
  let asked = 0;
  for (const change of changes) {
    if (status.get(change.id) !== (change.found === 'unhealthy' ? 'running' : 'failed')) continue;
    if (change.closed) {
      asked += 1;
      const error = await whyClosed(deps, change.closed, asked <= mostExplained, signal);
      explained.push({ ...change, troubles: { ended: 0, errors: [error] }, waitsFor: undefined });
      continue;
    }
    const troubles = await readTroubles(deps, change.services);
    const calm = Date.now() - (troubles.lastEndedAt?.getTime() ?? 0) > calmMs;
    if (change.found !== 'unhealthy' && !calm) continue;
    const waitsFor = change.found === 'unhealthy' ? await awaitedNode(deps, { application: change.id }) : undefined;
    explained.push({ ...change, troubles, waitsFor });
  }
  return explained;
}

async function readTroubles({ swarm }: Deps, services: readonly ServiceStatus[]): Promise<ServiceTroubles> {
  const all = await Promise.all(services.map(({ name }) => swarm.troubles(name)));
  const [newest] = all
    .flatMap(({ lastEndedAt }) => lastEndedAt ?? [])
    .sort((one, other) => other.getTime() - one.getTime());
  return {
    ended: all.reduce((sum, { ended }) => sum + ended, 0),
    errors: [...new Set(all.flatMap(({ errors }) => errors))],
    ...(newest && { lastEndedAt: newest }),
  };
}

/** An unhealthy service makes its application unhealthy; services scaled to zero are ignored. */
function judgeAll(seen: readonly ServiceStatus[][], services: readonly ServiceStatus[]): Found {
  const found = services
    .filter(({ replicas }) => replicas > 0)
    .map((service) => judgeService(seen.map((all) => all.find(({ name }) => name === service.name))));
  if (found.includes('unhealthy')) return 'unhealthy';
  return found.length > 0 && found.every((one) => one === 'healthy') ? 'healthy' : 'unclear';
}

function judgeService(states: readonly (ServiceStatus | undefined)[]): Found {
  const known = states.filter((state) => state !== undefined);
  if (known.length < looks || known.some(({ replicas, updateState }) => replicas === 0 || updateState === 'updating')) {
    return 'unclear';
  }
  const short = known.filter(({ replicas, running }) => running < replicas).length;
  if (short === 0) return 'healthy';
  return short > looks / 2 ? 'unhealthy' : 'unclear';
}

/** One transaction, so that many changes can be delivered as one message. */
async function storeChanges(deps: Deps, changes: readonly Explained[]): Promise<void> {
  await deps.database.asSystem().transactional(async (em) => {
    for (const change of changes) {
      if (await store(em, change)) await notifyChange(em, change);
    }
    await closeIncidents(em);
  });
}

/** False when another replica has stored it, or a deployment is in progress. */
async function store(em: EntityManager, { closed, found, id, services, troubles }: Explained): Promise<boolean> {
  const { replicas, running } = countTasks(services);
  const [before, after] = found === 'unhealthy' ? ['running', 'failed'] : ['failed', 'running'];
  const unfinished = { application: id, status: { $in: [...unfinishedStatuses] } };
  if ((await em.count(Deployment, unfinished)) > 0) return false;
  const { rows } = await executeSql(
    em,
    'update applications set status = $3, updated_at = now() where id = $1 and status = $2 and deleted_at is null returning id',
    [id, before, after],
  );
  if (rows.length === 0) return false;
  const [error = null] = troubles.errors;
  if (found === 'unhealthy') {
    await openIncident(em, { id, replicas, running: closed?.answering ?? running, ended: troubles.ended, error });
  }
  await recordAudit(em, {
    action: `application.${found}`,
    resourceType: 'application',
    resourceId: id,
    details: { running, replicas, ...(troubles.ended > 0 && { ended: troubles.ended }), ...(error && { error }) },
  });
  return true;
}

async function notifyChange(em: EntityManager, change: Explained): Promise<void> {
  const { found, id, services, troubles } = change;
  const application = await em.findOneOrFail(Application, id, { populate: ['project'] });
  const name = applicationName(application);
  const { replicas, running } = countTasks(services);
  await notify(em, {
    // Routes that receive the failure receive its end.
    severity: 'danger',
    applicationId: id,
    subject: id,
    fact:
      found === 'healthy'
        ? { kind: 'application-healthy', application: name, replicas }
        : {
            kind: 'application-unhealthy',
            application: name,
            running,
            replicas,
            short: servicesShortOfTasks(services),
            exited: troubles.ended,
            errors: troubles.errors,
            waitsFor: change.waitsFor ?? null,
            ...(change.closed && { reached: { answering: change.closed.answering, tasks: change.closed.tasks } }),
          },
  });
}

/** Services of a stack with missing tasks. */
function servicesShortOfTasks(services: readonly ServiceStatus[]): string[] {
  return services.filter(({ replicas, running }) => running < replicas).flatMap((one) => nameInStack(one) ?? []);
}
