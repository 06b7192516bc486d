import type { IngressEngine } from '../swarm/ingress/ingress-engine.ts';
import { attemptsIn } from '../swarm/probe/reach-answer.ts';
import type { Reached } from './ingress.ts';

/** How long one call retries addresses that refuse, milliseconds. */
const patienceMs = 1_000;
/** Addresses of one call, so that an argument list stays short. */
const together = 100;
/** The calls of one look end after so long, milliseconds. */
const lookMs = 20_000;

/**
 * Runs the probe in the ingress's container.
 * @returns the answers so far once the time is over; undefined where no ingress runs, or one without the probe.
 */
export async function reachFromIngress(
  engine: Pick<IngressEngine, 'container' | 'probe'>,
  name: string,
  addresses: readonly string[],
  signal: AbortSignal,
  limitMs = lookMs,
): Promise<Reached | undefined> {
  const container = await engine.container(name);
  if (container === undefined) return undefined;
  const reached = new Map<string, boolean>();
  const late = AbortSignal.timeout(limitMs);
  const ends = AbortSignal.any([signal, late]);
  for (let at = 0; at < addresses.length && !late.aborted; at += together) {
    const args = ['reach', String(patienceMs), ...addresses.slice(at, at + together)];
    try {
      const lines = await engine.probe(container, args, ends);
      if (!lines) return undefined;
      for (const [address, open] of attemptsIn(lines)) reached.set(address, open);
    } catch (error) {
      signal.throwIfAborted();
      if (!late.aborted) throw error;
    }
  }
  return reached;
}
