import type Docker from 'dockerode';
import { ignoreMissing } from '../engine-errors.ts';
import type { Task } from './task.ts';

/** Of what a health check printed, characters. */
const longest = 300;
/** Failures in a row that make a container unhealthy unless its check says otherwise; the Engine's. */
const engineRetries = 3;

type Checked = Pick<Docker.ContainerInspectInfo, 'Config' | 'State'>;

/** What the last failed health check of the first of these tasks printed; undefined when none is known to have failed. */
export async function failingCheck(docker: Docker, starting: readonly Task[]): Promise<string | undefined> {
  const container = starting.find(({ Status }) => Status.ContainerStatus?.ContainerID)?.Status.ContainerStatus;
  if (!container?.ContainerID) return undefined;
  const details = await docker.getContainer(container.ContainerID).inspect().catch(ignoreMissing);
  return details && lastFailure(details);
}

/** The same of a container. One that is ended during a check has a last failure without output. */
export function lastFailure(details: Checked): string | undefined {
  const checks = details.State.Health?.Log ?? [];
  const failures = (of: typeof checks) =>
    of.filter(({ ExitCode }) => ExitCode !== 0).flatMap(({ Output }) => firstLine(Output) ?? []);
  // A check after the one that made it unhealthy may have met a container that was being stopped.
  const decisive = checks.length - 1 - failuresTooMany(details);
  return failures(checks.slice(0, Math.max(0, decisive + 1))).at(-1) ?? failures(checks).at(0);
}

/** By its failed checks: the Engine calls every container `unhealthy` that has a health check and has ended. */
export function wasUnhealthy(details: Checked): boolean {
  return failuresTooMany(details) >= 0;
}

/** Zero once it is unhealthy, and more for each failure after that. */
function failuresTooMany({ Config, State }: Checked): number {
  return (State.Health?.FailingStreak ?? 0) - (Config.Healthcheck?.Retries || engineRetries);
}

function firstLine(output: string): string | undefined {
  return output
    .split(/\r?\n/)
    .map((line) => line.trim().slice(0, longest))
    .find((line) => line !== '');
}
