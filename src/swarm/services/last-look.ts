import type Docker from 'dockerode';
import { UnavailableError } from '../../errors.ts';
import { answering } from '../engine-errors.ts';
import type { Task } from './task.ts';

/**
 * Whether the container of one of these tasks has ended on this node. On a busy machine it takes Swarm seconds to notice,
 * and the task still reads `running`. An Engine that is away cannot tell, so nothing is believed of it: true as well.
 */
export async function hasEndedUnnoticed(docker: Docker, service: string, tasks: readonly Task[]): Promise<boolean> {
  const containers = new Set(tasks.flatMap(({ Status }) => Status.ContainerStatus?.ContainerID ?? []));
  if (containers.size === 0) return false;
  const filters = { label: [`com.docker.swarm.service.name=${service}`], status: ['exited', 'dead'] };
  try {
    const ended = await answering(() => docker.listContainers({ all: true, filters }));
    return ended.some(({ Id }) => containers.has(Id));
  } catch (error) {
    if (error instanceof UnavailableError) return true;
    throw error;
  }
}
