import type Docker from 'dockerode';
import { ignoreMissing } from '../engine-errors.ts';
import type { Task } from './task.ts';

/** Of what a health check printed, characters. */
const longest = 300;

/** What the last failed health check of the first of these tasks printed; undefined when none is known to have failed. */
export async function failingCheck(docker: Docker, starting: readonly Task[]): Promise<string | undefined> {
  const container = starting.find(({ Status }) => Status.ContainerStatus?.ContainerID)?.Status.ContainerStatus;
  if (!container?.ContainerID) return undefined;
  const details = await docker.getContainer(container.ContainerID).inspect().catch(ignoreMissing);
  return details && lastFailure(details);
}

/** The same of a container. One that is ended during a check has a last failure without output. */
export function lastFailure({ State }: Pick<Docker.ContainerInspectInfo, 'State'>): string | undefined {
  const failed = State.Health?.Log.filter(({ ExitCode }) => ExitCode !== 0) ?? [];
  return failed.map(({ Output }) => firstLine(Output)).findLast((line) => line !== undefined);
}

function firstLine(output: string): string | undefined {
  return output
    .split(/\r?\n/)
    .map((line) => line.trim().slice(0, longest))
    .find((line) => line !== '');
}
