import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { readUrls } from '../applications/application-address.ts';
import { servicesOf } from '../applications/application-services.ts';
import { Deployment } from '../../entities/deployment.ts';
import type { Incident } from '../../entities/incident.ts';
import type { GitSource } from '../../entities/git-source.ts';
import type { AbsentNode } from '../../entities/notification-facts.ts';
import type { User } from '../../entities/user.ts';
import type { ServiceStatus } from '../../swarm/swarm.ts';
import { readStanding, type Standing } from '../deployments/hold/deployment-hold.ts';
import type { Deps } from '../deps.ts';
import { findApplication } from '../applications/find-application.ts';
import { findLive } from '../deployments/live-deployment.ts';
import { awaitedNode } from '../nodes/lost-nodes.ts';
import { readIncidents, readUsageIncidents } from '../watchers/incidents.ts';
import { findGitSource } from '../applications/application-environment.ts';

export interface ApplicationStatusReport {
  application: Application;
  source: GitSource | null;
  /** The newest one, whatever its result. */
  lastDeployment: Deployment | undefined;
  /** The one whose version is live, according to the database. */
  liveDeployment: Deployment | undefined;
  /** Whether a lock or freeze blocks deployments. */
  standing: Standing;
  /** Its services on Swarm: none, one, or those of a stack by name. */
  services: ServiceStatus[];
  /** The lost node with their data that tasks wait for. */
  waitsFor: AbsentNode | undefined;
  /** Why it is failed although it was deployed; undefined when it is not, or nothing says why. */
  incident: Incident | undefined;
  /** What is wrong with what it uses. */
  usage: Incident[];
  /** Its addresses, the preferred one first; none without a port. */
  urls: string[];
}

/** What Swarm runs. */
export type ApplicationTasks = Pick<ApplicationStatusReport, 'services' | 'waitsFor'>;
/** What the rows say. */
export type ApplicationRows = Omit<ApplicationStatusReport, keyof ApplicationTasks>;

/** The current state of one application, including Swarm's view. */
export async function readStatus(deps: Deps, user: User, name: string): Promise<ApplicationStatusReport> {
  const rows = await deps.database
    .asUser(user.id)
    .transactional(async (em) => readStatusRows(em, deps.config, await findApplication(em, name)));
  return { ...rows, ...(await readTasks(deps, rows.application)) };
}

/** @param application With its project. */
export async function readStatusRows(
  em: EntityManager,
  config: Deps['config'],
  application: Application,
): Promise<ApplicationRows> {
  const newest = { orderBy: { startedAt: 'desc' }, limit: 1 } as const;
  const [lastDeployment] = await em.find(Deployment, { application }, newest);
  const liveDeployment = await findLive(em, application);
  const source = await findGitSource(em, application);
  const standing = await readStanding(em, application.id);
  const urls = await readUrls(em, config, application);
  const incident = (await readIncidents(em, [application.id])).get(application.id);
  const usage = await readUsageIncidents(em, application.id);
  return { application, source, lastDeployment, liveDeployment, standing, urls, incident, usage };
}

/** @throws {UnavailableError} when the Engine does not answer. */
export async function readTasks(
  deps: Pick<Deps, 'database' | 'swarm'>,
  application: Application,
): Promise<ApplicationTasks> {
  const services = await servicesOf(deps, application);
  const short = services.some(({ replicas, running }) => running < replicas);
  const waitsFor = short ? await awaitedNode(deps, { application: application.id }) : undefined;
  return { services, waitsFor };
}
