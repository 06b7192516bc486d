import type Docker from 'dockerode';
import { labelKeys } from '../labels.ts';
import type { Observation } from './observation.ts';
import { hasFailed, isRunning, isUnplaceable, type Task } from './task.ts';
import { taskErrors } from './task-errors.ts';

/** Absent from dockerode's types. */
interface JobService extends Pick<Docker.Service, 'Spec' | 'Version'> {
  JobStatus?: { JobIteration?: { Index?: number } };
}

interface JobTask extends Task {
  JobIteration?: { Index?: number };
}

/** Whether its tasks run to their end. */
export function isJob(spec: Docker.ServiceSpec | undefined): boolean {
  return completionsOf(spec) !== undefined;
}

/** How many of its tasks are to end well; undefined for a service that is no job. */
export function completionsOf(spec: Docker.ServiceSpec | undefined): number | undefined {
  const mode = spec?.Mode as { ReplicatedJob?: { TotalCompletions?: number } } | undefined;
  return mode?.ReplicatedJob && (mode.ReplicatedJob.TotalCompletions ?? 1);
}

/**
 * The present run of a job. It has converged once all tasks have ended with exit code 0 (in the background: once they
 * run), and failed once one has not and Swarm does not start it again.
 */
export function observeJob(service: JobService, tasks: readonly JobTask[]): Observation {
  const desired = completionsOf(service.Spec) ?? 1;
  const iteration = service.JobStatus?.JobIteration?.Index ?? 0;
  const present = tasks.filter((task) => (task.JobIteration?.Index ?? 0) === iteration);
  const complete = present.filter(({ Status }) => Status.State === 'complete');
  const failed = present.filter((task) => hasFailed(task) && task.Status.State !== 'complete');
  const isActive = present.some((task) => !hasFailed(task) && task.Status.State !== 'complete');
  // One that has been told to end.
  const stopped = service.Spec?.Labels?.[labelKeys.ended] === 'true';
  const done = complete.length >= desired && !stopped;
  const running = service.Spec?.Labels?.[labelKeys.background] === 'true' ? present.filter(isRunning) : [];
  const isUp = !done && !stopped && running.length + complete.length >= desired;
  const lost = stopped || (!done && failed.length > 0 && !isActive && !startsAgain(service.Spec, failed.length));
  const unplaceable = present.filter(isUnplaceable);
  return {
    progress: {
      state: done || isUp ? 'watching' : lost ? 'failed' : 'rolling_out',
      healthy: running.length,
      // Nothing is left to stay healthy once all have ended.
      desired: done ? 0 : desired,
      taskErrors: stopped ? ['it was stopped'] : taskErrors([...failed, ...unplaceable]),
      version: service.Version?.Index ?? 0,
    },
    swarmActs: !done && !isUp,
    healthy: [],
    healthyIds: running.map(({ ID }) => ID).sort(),
    failedIds: [],
    starting: [],
    failing: failed,
    stuck: unplaceable.length > 0,
  };
}

function startsAgain(spec: Docker.ServiceSpec | undefined, failures: number): boolean {
  const template: Docker.ContainerTaskSpec | undefined = spec?.TaskTemplate;
  const { Condition, MaxAttempts = 0 } = template?.RestartPolicy ?? {};
  return Condition === 'on-failure' && failures <= MaxAttempts;
}
