import { isDatabaseAway } from '../../../database/database.ts';
import { formatDuration } from '../../../units/durations.ts';
import type { FailureReason } from '../../../entities/deployment-metadata.ts';

/**
 * Why a running deployment is stopped from outside; the abort reason of its signal. `handed_back` does not end the
 * deployment: the process is stopping, and another one or the next start resumes it.
 */
export class Interruption extends Error {
  override name = 'Interruption';
  readonly reason: Exclude<FailureReason, 'superseded' | 'no_database'> | 'handed_back';

  constructor(reason: Interruption['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/**
 * What stopped a deployment: `error` itself, PostgreSQL, without which no end can be stored, or the reason of its
 * signal. Undefined when nothing did. A signal that aborts with another reason is the process stopping.
 */
export function interruptionOf(signal: AbortSignal, error?: unknown): Interruption | undefined {
  if (error instanceof Interruption) return error;
  if (isDatabaseAway(error)) {
    const message = 'PostgreSQL does not answer; the deployment resumes once it does.';
    return new Interruption('handed_back', message, { cause: error });
  }
  if (!signal.aborted) return undefined;
  return signal.reason instanceof Interruption
    ? signal.reason
    : new Interruption('handed_back', 'Shipmate is stopping; the deployment resumes after the restart.');
}

/** Whether the deployment only pauses: Swarm continues, and the next process or attempt resumes it. */
export function isHandedBack(signal: AbortSignal, error?: unknown): boolean {
  return interruptionOf(signal, error)?.reason === 'handed_back';
}

/** Adds a time limit to `signal`. */
export function withTimeout(
  signal: AbortSignal,
  milliseconds: number,
  what: string,
): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(
    () =>
      controller.abort(new Interruption('timed_out', `${what} did not finish within ${formatDuration(milliseconds)}.`)),
    milliseconds,
  );
  return { signal: AbortSignal.any([signal, controller.signal]), clear: () => clearTimeout(timer) };
}
