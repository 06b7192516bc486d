import { isDeepStrictEqual } from 'node:util';
import type Docker from 'dockerode';
import { type Asked, foreignImage, isAsked } from './asked.ts';
import type { Observation } from './observation.ts';
import { isJob, observeJob } from './jobs.ts';
import { hasFailed, isBeginning, isRunning, isUnplaceable, type Task } from './task.ts';
import { taskErrors } from './task-errors.ts';

type Service = Pick<Docker.Service, 'Spec' | 'UpdateStatus' | 'UpdatedAt' | 'Version'>;

/**
 * Swarm calls a task `running` only once its health check passes. Tasks of the present spec are told from older
 * ones by what they run: a service that has just been updated may still show the end of the update before.
 * @param asked What the service is to be (default: whatever it is; the status of its update then tells of a rollback).
 * @param since When the roll-out began, if an earlier look knows it: Swarm gives the status of a rollback a later time.
 */
export function observe(service: Service, tasks: Task[], asked?: Asked, since = Number.POSITIVE_INFINITY): Observation {
  if (isJob(service.Spec)) return observeJob(service, tasks);
  const desired = service.Spec?.Mode?.Replicated?.Replicas ?? 0;
  const update = service.UpdateStatus;
  const present = tasks.filter((task) => runsSpec(task, service));
  const healthy = present.filter(isRunning);
  const began = Math.min(since, Date.parse(update?.StartedAt ?? service.UpdatedAt ?? ''));
  const endedSince = tasks.filter((task) => hasFailed(task) && Date.parse(task.CreatedAt) >= began);
  const failed = endedSince.filter((task) => runsSpec(task, service));
  const unplaceable = present.filter(isUnplaceable);
  const swarmActs = update?.State === 'updating' || update?.State === 'rollback_started';
  const reverted = asked ? !isAsked(service.Spec ?? {}, asked) : update?.State?.startsWith('rollback') === true;
  const foreign = asked && !reverted ? foreignImage(service.Spec ?? {}, asked) : undefined;
  // After a rollback the tasks that tell why are those of the other spec.
  const toldBy = reverted ? endedSince.filter((task) => !failed.includes(task)) : [...failed, ...unplaceable];
  return {
    progress: {
      state:
        foreign === undefined
          ? rolloutState(update, { reverted, swarmActs, allHealthy: healthy.length >= desired })
          : 'failed',
      healthy: Math.min(healthy.length, desired),
      desired,
      taskErrors: [
        ...(foreign === undefined ? [] : [`somebody else set its image to \`${foreign}\` meanwhile`]),
        ...taskErrors(toldBy),
      ],
      version: service.Version?.Index ?? 0,
      ...(reverted && { reverted }),
      ...(reverted && healthy.every((task) => Date.parse(task.CreatedAt) >= began) && { restarted: true }),
    },
    swarmActs,
    healthy,
    healthyIds: healthy.map(({ ID }) => ID).sort(),
    failedIds: failed.map(({ ID }) => ID),
    starting: present.filter(({ Status }) => Status.State === 'starting'),
    failing: toldBy,
    // An update in halves waits with the second for the first, so that there are fewer of them than desired.
    stuck: unplaceable.length > 0 && !present.some(isBeginning),
  };
}

/** When the roll-out began, as its first look tells; the status may still be that of the update before. */
export function beginningOf({ UpdateStatus, UpdatedAt }: Service): number {
  return Date.parse((UpdateStatus?.State === 'updating' && UpdateStatus.StartedAt) || UpdatedAt || '');
}

function rolloutState(
  update: Docker.UpdateStatus | undefined,
  { allHealthy, reverted, swarmActs }: { allHealthy: boolean; reverted: boolean; swarmActs: boolean },
): Observation['progress']['state'] {
  if (update?.State === 'paused' || update?.State === 'rollback_paused') return 'failed';
  if (reverted) return allHealthy && !swarmActs ? 'rolled_back' : 'rolling_back';
  return allHealthy ? 'watching' : 'rolling_out';
}

/** Placement is left out: Swarm keeps a task whose node still fits when only the constraints change. */
function runsSpec(task: Task, service: Service): boolean {
  return isDeepStrictEqual(comparedByTasks(task.Spec), comparedByTasks(service.Spec?.TaskTemplate));
}

function comparedByTasks(template: Docker.ContainerTaskSpec | undefined) {
  const { ContainerSpec, Resources, ForceUpdate } = template ?? {};
  return { ContainerSpec, Resources, ForceUpdate: ForceUpdate ?? 0 };
}
