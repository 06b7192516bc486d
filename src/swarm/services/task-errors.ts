import { exitMeaning } from '../../causes/exit-codes.ts';
import type { Task } from './task.ts';

/** Readable error of a failed task; undefined when it has none. */
export function taskError(task: Task): string | undefined {
  const { Err: error = '', State: state, ContainerStatus: container } = task.Status;
  const exitCode = container?.ExitCode;
  if (task.end?.unhealthy || /unhealthy container/.test(error)) {
    const said = task.end?.checkOutput;
    return `its health check kept failing${said === undefined ? '' : `: ${said}`}`;
  }
  if (state === 'complete') return completed(task);
  const nonZero = /^task: non-zero exit \((\d+)\)$/.exec(error);
  if (nonZero) return meaningOf(Number(nonZero[1]), task);
  if (error) return readableTaskError(error);
  return state === 'failed' && exitCode ? meaningOf(exitCode, task) : undefined;
}

/** Newest first, without duplicates. */
export function taskErrors(tasks: Task[]): string[] {
  const newestFirst = [...tasks].sort((one, other) => (one.Status.Timestamp < other.Status.Timestamp ? 1 : -1));
  return [...new Set(newestFirst.map(taskError).filter((error) => error !== undefined))];
}

/** Swarm stops an unhealthy task, and one that then ends in good order looks as if it had ended by itself. */
function completed({ Spec, end }: Task): string {
  if (Spec.ContainerSpec?.Healthcheck && end === undefined) {
    return 'stopped with code 0: its health check failed, or it did not keep running';
  }
  return 'exited with code 0: a service has to keep running';
}

function meaningOf(code: number, { Spec, end }: Task): string {
  const memoryLimit = Spec.Resources?.Limits?.MemoryBytes;
  return exitMeaning({ code, outOfMemory: end?.outOfMemory, memoryLimit });
}

/** What Swarm, the Engine, containerd and runc put before an error, each its own; newer ones more of it. */
const layers = [
  'task',
  'starting container failed',
  'failed to create task for container',
  'failed to create shim task',
  'OCI runtime create failed',
  'runc create failed',
  String.raw`container_linux\.go:\d+`,
  'unable to start container process',
  'starting container process caused',
  'error during container init',
];
const beforeError = new RegExp(`^(?:(?:${layers.join('|')}): )+`);

/** The error alone, without the code that containerd adds to what has none. */
function readableTaskError(error: string): string {
  const plain = error
    .replace(beforeError, '')
    .replaceAll(/: unknown(?=$|:)/g, '')
    .trim();
  return plain.replace(/^No such image/, 'no such image');
}
