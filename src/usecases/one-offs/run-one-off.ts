import { reasonOf } from '../../swarm/engine-errors.ts';
import type { RolloutProgress, ServiceSpec, Swarm } from '../../swarm/swarm.ts';

export interface OneOffEvents {
  /** Called once its service exists; waited for. */
  onCreated(): Promise<unknown>;
  /**
   * What it returns is waited for before more of the output is read.
   * @param time When it was printed, as the Engine says; absent for a line of ours.
   */
  onLine(text: string, time?: string): unknown;
  /** Asked right before its task starts; what it throws ends the attempt (default: it may). */
  mayStart?(): Promise<void>;
}

/**
 * Runs a one-off task to its end, or follows the one that exists already. Its service stays.
 * @param after The time of a line: only what was printed later comes (default: all of it).
 * @returns the last progress: `converged` when it ended with exit code 0.
 */
export async function runOneOff(
  swarm: Pick<Swarm, 'apply' | 'followLogs'>,
  spec: ServiceSpec,
  { after, mayStart, onCreated, onLine }: OneOffEvents & { after?: string | undefined },
  signal: AbortSignal,
): Promise<RolloutProgress | undefined> {
  const ended = new AbortController();
  let printing: Promise<void> | undefined;
  let last: RolloutProgress | undefined;

  async function print(): Promise<void> {
    const lines = swarm.followLogs(spec.name, { ...(after !== undefined && { after }) }, ended.signal, signal);
    try {
      for await (const { text, time } of lines) await onLine(text, time);
    } catch (error) {
      // The end of the task decides, whatever becomes of its output.
      if (!signal.aborted) await onLine(`The rest of the output could not be read: ${reasonOf(error)}`);
    }
  }

  try {
    for await (const now of swarm.apply(spec, signal, mayStart)) {
      last = now;
      if (printing) continue;
      await onCreated();
      printing = print();
    }
  } finally {
    ended.abort();
  }
  await printing;
  return last;
}
