import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { IngressEngine } from '../swarm/ingress/ingress-engine.ts';
import type { Distribution } from '../swarm/ingress/ingress-job.ts';
import { formatDuration } from '../units/durations.ts';

const openMs = 10_000;
const retryMs = 100;
/** How long a change waits for the other nodes. */
const spreadMs = 10_000;
/** After so long a node that does not have what was handed out is told of. */
const lateMs = 60_000;

/** What is run in a container. */
interface Command {
  command: string[];
  input: string;
  /** In the program's output until its socket is there. */
  notYet: RegExp;
}

/**
 * Hands something to the program of a container by a command there. One that has just started opens its socket a moment
 * later. One that hangs holds up this change, not every change and deployment after it.
 * @returns what the command prints.
 */
export async function handOver(
  engine: Pick<IngressEngine, 'execute'>,
  container: string,
  { command, input, notYet }: Command,
  limitMs: number,
): Promise<string> {
  const late = AbortSignal.timeout(limitMs);
  const deadline = performance.now() + openMs;
  for (;;) {
    const { exitCode, output } = await engine.execute(container, command, input, late).catch((error: unknown) => {
      if (!late.aborted) throw error;
      throw new Error(`no answer within ${formatDuration(limitMs)}; the ingress may hang: docker restart ${container}`);
    });
    if (exitCode === 0) return output;
    if (!notYet.test(output) || performance.now() > deadline) throw new Error(`exit ${exitCode}: ${output}`);
    await delay(retryMs);
  }
}

/** Keys may be in it: no error of this tells more than the Engine says. */
export async function spread(
  { engine, logger }: { engine: IngressEngine; logger: Logger },
  wanted: Distribution,
): Promise<void> {
  try {
    await engine.distribute(wanted);
  } catch (error) {
    // Another Shipmate does the same, with what the same database says.
    if (!(error instanceof ConflictError)) throw error;
  }
  const deadline = performance.now() + spreadMs;
  while ((await engine.behind(wanted.name)).length > 0) {
    if (performance.now() > deadline) {
      logger.warn({ problem: await lateNodes(engine, wanted.name, 0) }, 'some nodes do not have the latest routes yet');
      return;
    }
    await delay(retryMs);
  }
}

/** Nodes without the latest configuration. One that has just got something new to hand over is not behind yet. */
export async function lateNodes(
  engine: Pick<IngressEngine, 'behind'>,
  name: string,
  patienceMs = lateMs,
): Promise<string | undefined> {
  const late = (await engine.behind(name)).filter(({ since }) => Date.now() - since >= patienceMs);
  if (late.length === 0) return undefined;
  const each = late.map(({ hostname, why }) => `${hostname} (${why})`);
  return `The ingress does not have the latest routes on ${each.join(', ')}. Check: docker service ps ${name}-config`;
}
