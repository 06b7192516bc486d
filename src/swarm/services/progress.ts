import { isDeepStrictEqual } from 'node:util';
import type Docker from 'dockerode';
import type { Observation } from './observation.ts';
import { isJob, observeJob } from './jobs.ts';
import { hasFailed, isRunning, isUnplaceable, type Task } from './task.ts';
import { taskErrors } from './task-errors.ts';

type Service = Pick<Docker.Service, 'Spec' | 'UpdateStatus' | 'UpdatedAt' | 'Version'>;

/**
 * Swarm calls a task `running` only once its health check passes. Tasks of the present spec are told from older
 * ones by what they run: a service that has just been updated may still show the end of the update before.
 */
export function observe(service: Service, tasks: Task[]): Observation {
  if (isJob(service.Spec)) return observeJob(service, tasks);
  const desired = service.Spec?.Mode?.Replicated?.Replicas ?? 0;
  const update = service.UpdateStatus;
  const present = tasks.filter((task) => runsSpec(task, service));
  const healthy = present.filter(isRunning);
  const began = Date.parse(update?.StartedAt ?? service.UpdatedAt ?? '');
  const endedSince = tasks.filter((task) => hasFailed(task) && Date.parse(task.CreatedAt) >= began);
  const failed = endedSince.filter((task) => runsSpec(task, service));
  const unplaceable = present.filter(isUnplaceable);
  const swarmActs = update?.State === 'updating' || update?.State === 'rollback_started';
  // After Swarm's rollback the tasks that tell why are those of the other spec.
  const toldBy = update?.State?.startsWith('rollback')
    ? endedSince.filter((task) => !failed.includes(task))
    : [...failed, ...unplaceable];
  return {
    progress: {
      state: rolloutState(update, healthy.length >= desired),
      healthy: Math.min(healthy.length, desired),
      desired,
      taskErrors: taskErrors(toldBy),
      version: service.Version?.Index ?? 0,
    },
    swarmActs,
    healthyIds: healthy.map(({ ID }) => ID).sort(),
    failedIds: failed.map(({ ID }) => ID),
    failing: toldBy,
    stuck: unplaceable.length > 0 && healthy.length + unplaceable.length >= desired,
  };
}

function rolloutState(update: Docker.UpdateStatus | undefined, allHealthy: boolean): Observation['progress']['state'] {
  switch (update?.State) {
    case 'rollback_started':
      return 'rolling_back';
    case 'rollback_completed':
      return 'rolled_back';
    case 'paused':
    case 'rollback_paused':
      return 'failed';
    default:
      return allHealthy ? 'watching' : 'rolling_out';
  }
}

/** Placement is left out: Swarm keeps a task whose node still fits when only the constraints change. */
function runsSpec(task: Task, service: Service): boolean {
  return isDeepStrictEqual(comparedByTasks(task.Spec), comparedByTasks(service.Spec?.TaskTemplate));
}

function comparedByTasks(template: Docker.ContainerTaskSpec | undefined) {
  const { ContainerSpec, Resources, ForceUpdate } = template ?? {};
  return { ContainerSpec, Resources, ForceUpdate: ForceUpdate ?? 0 };
}
