import type { Application } from '../entities/application.ts';
import type { ServiceStatus } from '../swarm/swarm.ts';
import { countTasks } from '../usecases/applications/application-services.ts';
import type { Tone } from './reply.ts';

export interface ApplicationState {
  /** `idle`: nothing is known to be well or ill. */
  tone: Tone | 'idle';
  words: string;
}

/**
 * An application's state in a word or two. Its row alone would call one running that has lost its tasks since the last
 * check.
 * @param services What Swarm runs of it; undefined when Docker does not answer.
 */
export function applicationState(
  { status }: Pick<Application, 'status'>,
  { deployed, services }: { deployed: boolean; services: readonly ServiceStatus[] | undefined },
): ApplicationState {
  if (status === 'failed') return { tone: 'danger', words: 'failed' };
  if (status === 'deploying' || status === 'scaling') return { tone: 'info', words: status };
  if (status !== 'running') return { tone: 'idle', words: deployed ? status : 'not deployed yet' };
  if (!services) return { tone: 'idle', words: 'unknown: Docker does not answer' };
  if (services.length === 0) return { tone: 'warning', words: 'not on Swarm' };
  const { replicas, running } = countTasks(services);
  if (replicas === 0) return { tone: 'idle', words: 'no tasks wanted' };
  if (running >= replicas) return { tone: 'success', words: 'running' };
  return { tone: running === 0 ? 'danger' : 'warning', words: `${running} of ${replicas} tasks running` };
}
