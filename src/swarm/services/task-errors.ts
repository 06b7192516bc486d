import type { Task } from './task.ts';

/** Readable error of a failed task; undefined when it has none. */
export function taskError(task: Task): string | undefined {
  const { Err: error = '', State: state, ContainerStatus: container } = task.Status;
  const exitCode = container?.ExitCode;
  if (task.unhealthy || /unhealthy container/.test(error)) {
    return `its health check kept failing${task.checkSaid === undefined ? '' : `: ${task.checkSaid}`}`;
  }
  if (state === 'complete') return completed(task);
  const nonZero = /^task: non-zero exit \((\d+)\)$/.exec(error);
  if (nonZero) return exitMeaning(Number(nonZero[1]));
  if (error) return readableTaskError(error);
  return state === 'failed' && exitCode ? exitMeaning(exitCode) : undefined;
}

/** Newest first, without duplicates. */
export function taskErrors(tasks: Task[]): string[] {
  const newestFirst = [...tasks].sort((one, other) => (one.Status.Timestamp < other.Status.Timestamp ? 1 : -1));
  return [...new Set(newestFirst.map(taskError).filter((error) => error !== undefined))];
}

/** Swarm stops an unhealthy task, and one that then ends in good order looks as if it had ended by itself. */
function completed({ Spec, unhealthy }: Task): string {
  if (Spec.ContainerSpec?.Healthcheck && unhealthy === undefined) {
    return 'stopped with code 0: its health check failed, or it did not keep running';
  }
  return 'exited with code 0: a service has to keep running';
}

function exitMeaning(code: number): string {
  if (code === 137) return 'exited with code 137: it was killed, possibly out of memory';
  if (code === 127) return 'exited with code 127: its command was not found';
  return `exited with code ${code}`;
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
