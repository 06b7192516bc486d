import type Docker from 'dockerode';
import { isMissing } from '../engine-errors.ts';
import type { EndedContainers } from './ended-containers.ts';
import { newestLines, openLog } from './logs.ts';
import type { Task } from './task.ts';

const lines = 10;

/**
 * The last output of the first of these tasks that printed anything; their containers are removed soon.
 * @param ended Those that are known to have printed nothing.
 */
export async function lastWords(
  docker: Docker,
  tasks: Task[],
  { silent }: Pick<EndedContainers, 'silent'>,
): Promise<string[]> {
  for (const { Status } of tasks) {
    const container = Status.ContainerStatus?.ContainerID;
    if (!container || silent.has(container)) continue;
    const said = await printed(docker, container);
    if (said.length > 0) return said;
    silent.add(container);
  }
  return [];
}

async function printed(docker: Docker, container: string): Promise<string[]> {
  try {
    const query = { stdout: true, stderr: true, timestamps: true, tail: lines };
    return await newestLines(await openLog(docker, `/containers/${container}/logs?`, query), lines);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
