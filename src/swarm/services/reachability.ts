import type Docker from 'dockerode';
import { isMissing, reasonOf, statusOf } from '../engine-errors.ts';
import { attemptsIn } from '../probe/reach-answer.ts';
import { runProbe } from '../probe/run-probe.ts';
import type { Reach } from './asked.ts';
import { addressOn } from './endpoints.ts';
import { givenUpAfter } from './misdirected.ts';
import type { Task } from './task.ts';

/** Whether some tasks take connections; `open` and `failed` stay as they become. */
export interface Reaching {
  /** Ids of the tasks, sorted. */
  ids: string[];
  open: boolean;
  failed: boolean;
  /** Why not yet, or not at all: what listens there. */
  why: string | undefined;
}

/**
 * Connects to the port of each task from inside the project's network, until all have accepted a connection.
 * @param startMs How long an application may take until it listens, milliseconds. One that listens on loopback only is
 * given up after a twelfth of it, and one that listens on other ports after half: a debugger or metrics may be first.
 */
export function startReaching(
  docker: Docker,
  reach: Reach,
  tasks: readonly Task[],
  startMs: number,
  signal: AbortSignal,
): Reaching {
  const ids = tasks.map(({ ID }) => ID).sort();
  const reaching: Reaching = { ids, open: false, failed: false, why: undefined };
  follow().catch((error: unknown) => {
    if (signal.aborted) return;
    // Nothing is known of the application then: that the check cannot be made does not undo its version.
    reaching.why = `the port could not be checked: ${reasonOf(error)}`;
    reaching.open = true;
  });

  async function follow(): Promise<void> {
    const begun = performance.now();
    for (const limit of [givenUpAfter('loopback', startMs), givenUpAfter('elsewhere', startMs), startMs]) {
      const closed = await closedOf(docker, reach, tasks, Math.max(0, begun + limit - performance.now()), signal);
      const [first] = closed;
      if (!first) {
        Object.assign(reaching, { open: true, why: undefined });
        return;
      }
      const container = first.Status.ContainerStatus?.ContainerID;
      const { listens, text } = await explainPort(docker, container, reach.port, signal);
      reaching.why = text;
      const certain =
        listens === 'loopback' || (listens === 'elsewhere' && limit >= givenUpAfter('elsewhere', startMs));
      if (certain) break;
    }
    reaching.failed = true;
  }

  return reaching;
}

/** Those that did not accept a connection within the time; none on an architecture without a probe. */
async function closedOf(
  docker: Docker,
  { network, port }: Reach,
  tasks: readonly Task[],
  milliseconds: number,
  signal: AbortSignal,
): Promise<Task[]> {
  const byAddress = new Map<string, Task>(
    tasks.flatMap((task) => {
      const address = addressOn(task, network);
      return address === undefined ? [] : [[`${address}:${port}`, task] as const];
    }),
  );
  if (byAddress.size === 0) return [];
  const args = ['reach', String(Math.ceil(milliseconds)), ...byAddress.keys()];
  const lines = (await runProbe(docker, network, args, signal)) ?? [];
  const attempts = attemptsIn(lines);
  if (attempts.length === 0) return [];
  const open = new Set(attempts.flatMap(([address, accepted]) => (accepted ? [address] : [])));
  return [...byAddress].flatMap(([address, task]) => (open.has(address) ? [] : [task]));
}

interface Explanation {
  listens: 'loopback' | 'elsewhere' | 'nowhere' | 'unknown';
  text: string;
}

/** What listens in a container, as far as it is on this node, where nothing answers on its port. */
export async function explainPort(
  docker: Docker,
  container: string | undefined,
  port: number,
  signal: AbortSignal,
): Promise<Explanation> {
  const sockets = container === undefined ? undefined : await socketsOf(docker, container, signal);
  if (!sockets || sockets.includes('unreadable')) {
    return { listens: 'unknown', text: nothingAnswers(port) };
  }
  return explainSockets(sockets, port);
}

/** Where no more is known than that. */
export function nothingAnswers(port: number): string {
  return `nothing answers on port ${port}`;
}

/** Undefined when the container is not on this node, or has ended. */
async function socketsOf(docker: Docker, container: string, signal: AbortSignal): Promise<string[] | undefined> {
  try {
    return await runProbe(docker, `container:${container}`, ['sockets'], signal);
  } catch (error) {
    if (isMissing(error) || statusOf(error) === 409) return undefined;
    throw error;
  }
}

/** @param sockets As the probe prints them, e.g. `0.0.0.0:3000`, `[::1]:80`. */
export function explainSockets(sockets: readonly string[], port: number): Explanation {
  const listening = sockets.flatMap((line) => {
    const [, address = '', listensOn] = /^(\S+):(\d+)$/.exec(line) ?? [];
    return listensOn === undefined ? [] : [{ address, port: Number(listensOn) }];
  });
  const own = listening.filter((one) => one.port === port);
  if (own.length > 0 && own.every(({ address }) => /^127\.|^\[::1\]$/.test(address))) {
    return { listens: 'loopback', text: `port ${port} listens on ${own[0]?.address} only: bind 0.0.0.0` };
  }
  if (own.length > 0) {
    return { listens: 'unknown', text: `port ${port} is open in the container, but does not answer on its network` };
  }
  const others = [...new Set(listening.map((one) => one.port))].sort((one, other) => one - other);
  const where = others.length > 0 ? others.join(', ') : 'no port';
  return {
    listens: others.length > 0 ? 'elsewhere' : 'nowhere',
    text: `nothing listens on port ${port}; the container listens on ${where}`,
  };
}
