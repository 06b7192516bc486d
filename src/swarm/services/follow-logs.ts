import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { isMissing } from '../engine-errors.ts';
import { cleaned } from '../printed-lines.ts';
import type { FollowedLine, FollowLogOptions } from './log-options.ts';
import { inspectService } from './inspect.ts';
import { openLog } from './logs.ts';
import { readPrinted } from './read-log.ts';
import { createSeenLines } from './seen-lines.ts';

/** Until a log whose connection broke is opened again, milliseconds. */
const retryMs = 1_000;
/** How long the nodes may take for the rest, milliseconds: Swarm waits for ever for one that was cut off. */
const restMs = 15_000;

/**
 * The Engine's stream of a service does not end when its tasks do. So it is read until `ended` aborts, and what came in
 * between is read once more without following.
 */
export async function* followLogs(
  docker: Docker,
  name: string,
  { after, lines }: FollowLogOptions,
  ended: AbortSignal,
  signal: AbortSignal,
): AsyncGenerator<FollowedLine> {
  const seen = createSeenLines(after);
  let tty: boolean | undefined;
  const open = (follow: boolean, until: AbortSignal) => {
    const from = seen.from();
    const query = {
      stdout: true,
      stderr: true,
      timestamps: true,
      follow,
      ...(from === undefined && lines !== undefined && { tail: lines }),
      ...(from !== undefined && { since: (from.getTime() / 1_000).toFixed(3) }),
    };
    return openLog(docker, `/services/${name}/logs?`, query, until);
  };

  async function* read(follow: boolean, until: AbortSignal): AsyncGenerator<FollowedLine> {
    tty ??= await hasTerminal(docker, name);
    for await (const { line, time } of readPrinted(await open(follow, until), tty)) {
      const text = line.slice(time.length + 1);
      if (seen.add(time, text)) yield { time, text: cleaned(text) };
    }
  }

  const until = AbortSignal.any([ended, signal]);
  while (!until.aborted) {
    try {
      yield* read(true, until);
    } catch {
      // It broke off, as with a restart of the Engine, or has not begun: the next one continues after the last line.
    }
    await delay(retryMs, undefined, { signal: until }).catch(() => undefined);
  }
  signal.throwIfAborted();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(restMs)]);
  try {
    yield* read(false, limit);
  } catch (error) {
    signal.throwIfAborted();
    // A service that is gone has no more to say.
    if (!limit.aborted && !isMissing(error)) throw error;
  }
}

async function hasTerminal(docker: Docker, name: string): Promise<boolean> {
  const template: Docker.ContainerTaskSpec | undefined = (await inspectService(docker, name))?.Spec?.TaskTemplate;
  return template?.ContainerSpec?.TTY === true;
}
