import { formatSize } from '../units/sizes.ts';

/** How a task ended. */
export interface TaskExit {
  code: number;
  /** Whether the kernel ended it because of its memory; undefined when that is not known. */
  outOfMemory?: boolean | undefined;
  /** Bytes. */
  memoryLimit?: number | undefined;
}

/** Shells report what a signal has ended as 128 and the signal's number. */
const signals: Record<number, string> = {
  129: 'SIGHUP: its terminal was closed',
  130: 'SIGINT: it was interrupted',
  132: 'SIGILL: the program needs another processor',
  134: 'SIGABRT: the program gave up by itself, often out of memory or after an assertion',
  135: 'SIGBUS: it read beyond a file or its memory',
  136: 'SIGFPE: an arithmetic error, e.g. a division by zero',
  139: 'SIGSEGV: it used memory that is not its own, often because of a native library',
  141: 'SIGPIPE: nobody read what it printed',
  143: 'SIGTERM: it was asked to stop',
};

/** `exited with code 139 (SIGSEGV: …)`. */
export function exitMeaning({ code, memoryLimit, outOfMemory }: TaskExit): string {
  if (code === 137) return `exited with code 137: ${killed(outOfMemory, memoryLimit)}`;
  if (code === 127) return 'exited with code 127: its command was not found';
  if (code === 126) return 'exited with code 126: its command cannot be executed';
  const signal = signals[code];
  return signal === undefined ? `exited with code ${code}` : `exited with code ${code}: ${signal}`;
}

function killed(outOfMemory: boolean | undefined, limit: number | undefined): string {
  const shown = limit ? ` of ${formatSize(limit)}` : '';
  if (outOfMemory && limit) return `it used more than its memory limit${shown}`;
  if (outOfMemory) return 'it was killed, as its node ran out of memory';
  if (outOfMemory === false) return 'it was killed (SIGKILL), not because of its memory limit';
  return limit ? `it was killed, possibly for its memory limit${shown}` : 'it was killed, possibly out of memory';
}
