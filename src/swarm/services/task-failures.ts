import type Docker from 'dockerode';
import { isMissing, reasonOf } from '../engine-errors.ts';
import type { TaskFailure } from '../swarm.ts';
import { openLog } from './logs.ts';
import { readLog } from './read-log.ts';
import { taskError } from './task-errors.ts';
import { hasFailed, type Task } from './task.ts';

/** Kept of each task. */
const lines = 200;
/** Of one roll-out: in a crash loop, those that follow say the same. */
const mostTasks = 20;
/** How long a node of another Engine may take to send the log of a task, milliseconds. */
const remoteMs = 3_000;

/**
 * Reads what tasks that failed printed, before Swarm removes their containers, and adds those that are new to `known`,
 * oldest first.
 */
export async function collectFailures(docker: Docker, tasks: readonly Task[], known: TaskFailure[]): Promise<void> {
  const ended = tasks.filter((task) => hasFailed(task) && !known.some(({ task: id }) => id === task.ID));
  const oldestFirst = ended.sort((one, other) => (one.Status.Timestamp < other.Status.Timestamp ? -1 : 1));
  for (const task of oldestFirst.slice(0, mostTasks - known.length)) known.push(await failureOf(docker, task));
}

async function failureOf(docker: Docker, task: Task): Promise<TaskFailure> {
  const { Spec, Status } = task;
  const exitCode = Status.ContainerStatus?.ExitCode;
  const memoryLimitBytes = Spec.Resources?.Limits?.MemoryBytes;
  return {
    task: task.ID,
    error: taskError(task) ?? 'it ended',
    ...(exitCode !== undefined && { exitCode }),
    ...(task.end?.outOfMemory !== undefined && { outOfMemory: task.end.outOfMemory }),
    ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
    ...(task.end?.checkOutput !== undefined && { checkOutput: task.end.checkOutput }),
    ...(await printedBy(docker, task)),
  };
}

/** A container of another node is asked for through Swarm. */
async function printedBy(docker: Docker, task: Task): Promise<Pick<TaskFailure, 'lines' | 'unread'>> {
  const container = task.Status.ContainerStatus?.ContainerID;
  if (!container) return { lines: [] };
  const query = { stdout: true, stderr: true, timestamps: true, tail: lines };
  const tty = task.Spec.ContainerSpec?.TTY;
  try {
    const printed = await openLog(docker, `/containers/${container}/logs?`, query);
    return { lines: (await readLog(printed, { lines, tty })).lines };
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const signal = AbortSignal.timeout(remoteMs);
  try {
    const printed = await openLog(docker, `/tasks/${task.ID}/logs?`, query, signal);
    const log = await readLog(printed, { lines, tty });
    return { lines: log.lines, ...(log.missing[0] !== undefined && { unread: log.missing[0] }) };
  } catch (error) {
    if (isMissing(error)) return { lines: [] };
    return { lines: [], unread: signal.aborted ? 'its node does not answer' : reasonOf(error) };
  }
}
