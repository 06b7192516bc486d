import { Application } from '../../entities/application.ts';
import type { Reached } from '../../ingress/ingress.ts';
import { nothingAnswers } from '../../swarm/services/reachability.ts';
import type { TaskEndpoint } from '../../swarm/services/task-endpoint.ts';
import { networkOf } from '../applications/application-network.ts';
import { routedService } from '../applications/application-services.ts';
import type { Deps } from '../deps.ts';
import { checkedPort } from '../deployments/steps/service-spec-of.ts';

/** A port that visitors are routed to, and that no health check asks for. */
export interface WatchedPort {
  /** The application's id. */
  application: string;
  service: string;
  network: string;
  port: number;
}

/** An attempt at each task, by service. */
export type PortLook = ReadonlyMap<string, readonly Attempt[]>;

interface Attempt extends TaskEndpoint {
  /** Undefined: it was not tried this time. */
  open: boolean | undefined;
}

/** Why an application's visitors may get no answer although its tasks run. */
export interface ClosedPort {
  port: number;
  tasks: number;
  /** How many of them took a connection. */
  answering: number;
  /** Container of a task that took none. */
  container?: string | undefined;
}

/** Of applications that run or have failed: not those with a health check by path, or with `port-check=off`. */
export async function readWatchedPorts({ database }: Pick<Deps, 'database'>): Promise<WatchedPort[]> {
  return database.asSystem().transactional(async (em) => {
    const where = { status: { $in: ['running', 'failed'] }, deletedAt: null } as const;
    const applications = await em.find(Application, where, { populate: ['project'] });
    return applications.flatMap((application) => {
      const { dockerConfig, id } = application;
      const [port, service] = [checkedPort(dockerConfig), routedService(application)];
      if (port === undefined || service === undefined) return [];
      return [{ application: id, service, network: networkOf(application), port }];
    });
  });
}

/**
 * Three calls of the Engine for each hundred tasks, and two more.
 * @returns undefined where ports cannot be tried: no ingress on this node, or one without the probe.
 */
export async function lookAtPorts(
  { ingress, logger, swarm }: Pick<Deps, 'ingress' | 'logger' | 'swarm'>,
  ports: readonly WatchedPort[],
  signal: AbortSignal,
): Promise<PortLook | undefined> {
  if (ports.length === 0) return new Map();
  try {
    const endpoints = await swarm.endpoints(new Map(ports.map(({ network, service }) => [service, network])));
    if (endpoints.length === 0) return new Map();
    const portOf = new Map(ports.map(({ port, service }) => [service, port]));
    const addressOf = ({ address, service }: TaskEndpoint) => `${address}:${portOf.get(service)}`;
    const reached = await ingress.reach(turned(endpoints.map(addressOf)), signal);
    return reached && attemptsAt(endpoints, addressOf, reached);
  } catch (error) {
    signal.throwIfAborted();
    logger.warn({ err: error }, 'could not try the ports of applications');
    return undefined;
  }
}

/** If there are too many for one look, each look begins with others. */
function turned(addresses: readonly string[]): string[] {
  const begin = Math.floor(Math.random() * addresses.length);
  return [...addresses.slice(begin), ...addresses.slice(0, begin)];
}

function attemptsAt(
  endpoints: readonly TaskEndpoint[],
  addressOf: (endpoint: TaskEndpoint) => string,
  reached: Reached,
): PortLook {
  const attempts = endpoints.map((endpoint) => ({ ...endpoint, open: reached.get(addressOf(endpoint)) }));
  return Map.groupBy(attempts, ({ service }) => service);
}

/** Those to look at again: what some task refused, and everything after a look that was not possible. */
export function uncertainIn(look: PortLook | undefined, ports: readonly WatchedPort[]): WatchedPort[] {
  if (!look) return [...ports];
  return ports.filter(({ service }) => look.get(service)?.some(({ open }) => open === false));
}

/**
 * Closed when a task refused at both looks, and has run for `startMs`. Unclear when it refused at one of them only, is
 * new or was not tried. Undefined when nothing is known of the port, so that the number of tasks decides.
 */
export function judgePort(
  { port, service }: WatchedPort,
  looks: readonly [first: PortLook | undefined, second: PortLook | undefined],
  startMs: number,
): 'open' | 'unclear' | ClosedPort | undefined {
  const [first, second] = looks.map((look) => look?.get(service) ?? []);
  const newest = second?.length ? second : first;
  if (!newest?.length) return undefined;
  if (newest.every(({ open }) => open)) return first?.some(({ open }) => open === false) ? 'unclear' : 'open';
  const refused = new Set(first?.flatMap(({ address, open }) => (open === false ? [address] : [])));
  const old = Date.now() - startMs;
  const closed = second?.find(
    ({ address, open, since }) => open === false && refused.has(address) && since.getTime() <= old,
  );
  if (!second || !closed) return 'unclear';
  const answering = second.filter(({ open }) => open).length;
  return { port, tasks: second.length, answering, container: closed.container };
}

/**
 * What its container listens on instead, as far as that can be found out.
 * @param asks Whether the container is asked, which takes another container.
 */
export async function whyClosed(
  { logger, swarm }: Pick<Deps, 'logger' | 'swarm'>,
  { container, port }: ClosedPort,
  asks: boolean,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await swarm.explainPort(asks ? container : undefined, port, signal);
  } catch (error) {
    signal.throwIfAborted();
    logger.warn({ err: error, container }, 'could not read what a container listens on');
    return nothingAnswers(port);
  }
}
