import type Docker from 'dockerode';
import { inspectService, tasksWithHealth } from './inspect.ts';
import type { ServiceTroubles } from './service-troubles.ts';
import { hasFailed, isUnplaceable, type Task } from './task.ts';
import { taskErrors } from './task-errors.ts';

/** Tasks that ended longer ago are ignored, milliseconds. */
const recentMs = 10 * 60_000;

export async function serviceTroubles(docker: Docker, name: string): Promise<ServiceTroubles> {
  const service = await inspectService(docker, name);
  return troublesOf(service ? await tasksWithHealth(docker, service) : [], Date.now());
}

export function troublesOf(tasks: readonly Task[], now: number): ServiceTroubles {
  const ended = tasks.filter((task) => hasFailed(task) && endOf(task) > now - recentMs);
  const last = Math.max(...ended.map(endOf));
  return {
    ended: ended.length,
    ...(ended.length > 0 && { lastEndedAt: new Date(last) }),
    errors: taskErrors([...ended, ...tasks.filter(isUnplaceable)].map(withoutOutput)),
  };
}

/** These errors are stored and sent as they are, and what an application prints may hold a secret. */
function withoutOutput({ end, ...task }: Task): Task {
  if (!end) return task;
  const { checkOutput: _output, ...rest } = end;
  return { ...task, end: rest };
}

function endOf({ Status }: Task): number {
  return Date.parse(Status.Timestamp);
}
