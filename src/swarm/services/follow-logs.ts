import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { isMissing } from '../engine-errors.ts';
import { cleaned } from '../printed-lines.ts';
import type { FollowLogOptions } from './follow-log-options.ts';
import { inspectService } from './inspect.ts';
import { openLog } from './logs.ts';
import { readPrinted } from './read-log.ts';

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
  { lines, since }: FollowLogOptions,
  ended: AbortSignal,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let last = '';
  let tty: boolean | undefined;
  const open = (follow: boolean, until: AbortSignal) => {
    const query = {
      stdout: true,
      stderr: true,
      timestamps: true,
      follow,
      ...(last === '' && lines !== undefined && { tail: lines }),
      ...((last !== '' || since) && { since: last === '' ? secondsOf(since as Date) : unixOf(last) }),
    };
    return openLog(docker, `/services/${name}/logs?`, query, until);
  };

  async function* read(follow: boolean, until: AbortSignal): AsyncGenerator<string> {
    const after = last;
    tty ??= await hasTerminal(docker, name);
    for await (const { line, time } of readPrinted(await open(follow, until), tty)) {
      // The Engine answers with what was printed at that very moment too.
      if (time <= after) continue;
      if (time > last) last = time;
      yield cleaned(line.slice(time.length + 1));
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

function secondsOf(moment: Date): string {
  return (moment.getTime() / 1_000).toFixed(3);
}

/** To the nanosecond, as the Engine reads it: `1732795200.123456789`. */
function unixOf(time: string): string {
  const [, fraction = '0'] = /\.(\d+)/.exec(time) ?? [];
  return `${Math.floor(Date.parse(time) / 1_000)}.${fraction.padEnd(9, '0')}`;
}
