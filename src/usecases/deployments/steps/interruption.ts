import { formatDuration } from '../../../units/durations.ts';
import type { FailureReason } from '../../../entities/deployment-metadata.ts';

/**
 * Why a running deployment is stopped from outside; the abort reason of its signal. `handed_back` does not end the
 * deployment: the process is stopping, and another one or the next start resumes it.
 */
export class Interruption extends Error {
  override name = 'Interruption';
  readonly reason: Exclude<FailureReason, 'superseded'> | 'handed_back';

  constructor(reason: Interruption['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * What stopped a deployment: `error` itself, or the reason of its signal. Undefined when nothing did. A signal that
 * aborts with another reason is the process stopping.
 */
export function interruptionOf(signal: AbortSignal, error?: unknown): Interruption | undefined {
  if (error instanceof Interruption) return error;
  if (!signal.aborted) return undefined;
  return signal.reason instanceof Interruption
    ? signal.reason
    : new Interruption('handed_back', 'Shipmate is stopping; the deployment resumes after the restart.');
}

/** Whether the process is only stopping: Swarm continues, and the next start resumes the deployment. */
export function isHandedBack(signal: AbortSignal): boolean {
  return interruptionOf(signal)?.reason === 'handed_back';
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
