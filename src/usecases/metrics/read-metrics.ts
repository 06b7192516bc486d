import { executeSql, type EntityManager } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { UnavailableError } from '../../errors.ts';
import { createPool } from '../../serial-queue.ts';
import { findApplication } from '../applications/find-application.ts';
import { servicesOf } from '../applications/application-services.ts';
import type { Deps } from '../deps.ts';
import { choosePeriod } from './metrics-period.ts';
import { type MetricPoint, readPoints, readTasks, type TaskNow } from './metrics-rows.ts';

/** What an application used. */
export interface Metrics {
  application: Application;
  from: Date;
  to: Date;
  /** Length of the time that a point stands for. */
  stepSeconds: number;
  /** By name; none before the first look, which comes within a minute of a start. */
  services: ServiceMetrics[];
  /**
   * Host names of nodes that run tasks of it and that no Shipmate measures, so that the numbers lack them. Undefined
   * while Docker does not answer.
   */
  unmeasured: string[] | undefined;
}

export interface ServiceMetrics {
  /** Of a stack, as its compose file calls it; undefined: the application's only one. */
  service: string | undefined;
  /** Oldest first. Steps in which nothing was measured are missing. */
  points: MetricPoint[];
  /** Its tasks in the last minutes, by slot. */
  tasks: TaskNow[];
}

/** How often a node is measured lies well within this. */
const freshMinutes = 5;

/**
 * What an application that the person sees used since `sinceSeconds` ago (default a day, at most 14), in at most 120
 * steps of a length that fits.
 * @throws {NotFoundError} {UsageError}
 */
export async function readMetrics(
  deps: Pick<Deps, 'database' | 'swarm'>,
  user: User,
  {
    application: name,
    now = new Date(),
    sinceSeconds,
  }: { application: string; sinceSeconds?: number | undefined; now?: Date },
): Promise<Metrics> {
  const period = choosePeriod(now, sinceSeconds);
  const read = await deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, name);
    const points = await readPoints(em, application.id, period);
    return { application, points, tasks: await readTasks(em, application.id, now) };
  });
  const names = [...new Set([...read.points, ...read.tasks].map(({ service }) => service))].sort();
  return {
    application: read.application,
    from: period.from,
    to: now,
    stepSeconds: period.stepSeconds,
    services: names.map((service) => ({
      service: service || undefined,
      points: read.points.filter((one) => one.service === service).map(({ point }) => point),
      tasks: read.tasks.filter((one) => one.service === service).map(({ task }) => task),
    })),
    unmeasured: await readUnmeasured(deps, read.application),
  };
}

async function readUnmeasured(
  deps: Pick<Deps, 'database' | 'swarm'>,
  application: Application,
): Promise<string[] | undefined> {
  try {
    const services = await servicesOf(deps, application);
    const pool = createPool(4);
    const nodes = await Promise.all(services.map(({ name }) => pool(() => deps.swarm.nodesOf(name))));
    return await hostsWithoutMeasures(deps.database.asSystem(), nodes.flat());
  } catch (error) {
    if (error instanceof UnavailableError) return undefined;
    throw error;
  }
}

async function hostsWithoutMeasures(em: EntityManager, nodes: readonly string[]): Promise<string[]> {
  const { rows } = await executeSql<{ hostname: string }>(
    em,
    `select hostname from swarm_nodes where id = any ($1)
       and (measured_at is null or measured_at < now() - interval '${freshMinutes} minutes') order by hostname`,
    [nodes],
  );
  return rows.map(({ hostname }) => hostname);
}
