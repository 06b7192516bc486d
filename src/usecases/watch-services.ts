import { setTimeout as delay } from 'node:timers/promises';
import { executeSql } from '../database/database.ts';
import { Application } from '../entities/application.ts';
import { Deployment, unfinishedStatuses } from '../entities/deployment.ts';
import { labelKeys } from '../swarm/labels.ts';
import type { ServiceStatus } from '../swarm/swarm.ts';
import { countTasks, partOf, servicesWithLabel } from './application-services.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import { applicationName } from './find-application.ts';
import { notify } from './notify.ts';

/** One look may fall between two tasks of a restart, or right after the start of one that crashes. */
const looks = 3;

export interface WatchServicesOptions {
  /** Between two looks, milliseconds (default 4 000). */
  pauseMs?: number;
}

type Found = 'unhealthy' | 'healthy' | 'unclear';

/**
 * Compares what runs with what is to run. An application that runs and has too few tasks most of the time is `failed`
 * from then on, one that has them all again is `running`; each change is told once, whichever replica saw it.
 */
export async function watchServices(
  deps: Deps,
  signal: AbortSignal,
  { pauseMs = 4_000 }: WatchServicesOptions = {},
): Promise<void> {
  const seen: ServiceStatus[][] = [];
  for (let look = 0; look < looks; look += 1) {
    if (look > 0) await delay(pauseMs, undefined, { signal });
    seen.push(await deps.swarm.list());
  }
  const last = seen.at(-1) ?? [];
  for (const id of new Set(last.flatMap(({ labels }) => labels[labelKeys.application] ?? []))) {
    const services = servicesWithLabel(last, id);
    const found = judgeAll(seen, services);
    if (found !== 'unclear') await settle(deps, id, services, found);
  }
}

/** One service that is unhealthy makes its application so; one that is to have no tasks says nothing. */
function judgeAll(seen: readonly ServiceStatus[][], services: readonly ServiceStatus[]): Found {
  const found = services
    .filter(({ replicas }) => replicas > 0)
    .map((service) => judge(seen.map((all) => all.find(({ name }) => name === service.name))));
  if (found.includes('unhealthy')) return 'unhealthy';
  return found.length > 0 && found.every((one) => one === 'healthy') ? 'healthy' : 'unclear';
}

function judge(states: readonly (ServiceStatus | undefined)[]): Found {
  const known = states.filter((state) => state !== undefined);
  if (known.length < looks || known.some(({ replicas, updateState }) => replicas === 0 || updateState === 'updating')) {
    return 'unclear';
  }
  const short = known.filter(({ replicas, running }) => running < replicas).length;
  if (short === 0) return 'healthy';
  return short > looks / 2 ? 'unhealthy' : 'unclear';
}

async function settle(deps: Deps, id: string, services: readonly ServiceStatus[], found: Found): Promise<void> {
  const { replicas, running } = countTasks(services);
  const [before, after] = found === 'unhealthy' ? ['running', 'failed'] : ['failed', 'running'];
  await deps.database.asSystem().transactional(async (em) => {
    const unfinished = { application: id, status: { $in: [...unfinishedStatuses] } };
    if ((await em.count(Deployment, unfinished)) > 0) return;
    const { rows } = await executeSql(
      em,
      'update applications set status = $3, updated_at = now() where id = $1 and status = $2 and deleted_at is null returning id',
      [id, before, after],
    );
    if (rows.length === 0) return;
    const application = await em.findOneOrFail(Application, id, { populate: ['project'] });
    const name = applicationName(application);
    await recordAudit(em, {
      action: `application.${found}`,
      resourceType: 'application',
      resourceId: id,
      details: { running, replicas },
    });
    const text =
      found === 'unhealthy'
        ? `Only ${running} of ${replicas} tasks run, or they keep ending${shortParts(services)}.`
        : `All ${replicas} tasks run again.`;
    await notify(em, {
      event: 'unhealthy',
      // Who heard of the one hears of the other.
      severity: 'danger',
      applicationId: id,
      subject: id,
      reply: {
        tone: found === 'unhealthy' ? 'danger' : 'success',
        title: `${name} is ${found}`,
        text,
        actions: [
          { label: 'Logs', command: `logs ${name}` },
          { label: 'Status', command: `status ${name}` },
        ],
      },
    });
  });
}

/** Names those of a compose application that lack tasks, e.g. `: worker`. */
function shortParts(services: readonly ServiceStatus[]): string {
  const short = services.filter(({ replicas, running }) => running < replicas).flatMap((one) => partOf(one) ?? []);
  return short.length > 0 ? `: ${short.join(', ')}` : '';
}
