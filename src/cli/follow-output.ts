import { setTimeout as delay } from 'node:timers/promises';
import { escapedJson, harmless } from '../harmless-text.ts';
import { UnavailableError, UserError } from '../errors.ts';
import type { Followed } from '../replies/reply.ts';
import { outputPath } from '../usecases/output/output-events.ts';
import type { Client, OutputLine } from './client.ts';

/** Pause before a lost connection is opened again, and how long that is tried: an upgrade takes minutes. Milliseconds. */
const retryMs = 1_000;
const patienceMs = 10 * 60_000;
/** As shells have it for a program that was interrupted. */
const interrupted = 130;

export interface FollowedOutput {
  json: boolean;
  /** What is printed. */
  out(line: string): void;
  /** What is said about it. */
  note(line: string): void;
  /** Calls `stop` for each Ctrl-C; returns what ends that. */
  onInterrupt(stop: () => void): () => void;
}

/**
 * Prints the output of a command or of an application until it ends. Ctrl-C cancels the command, and follows it to its
 * end unless it is pressed again; of an application it ends the following.
 * @returns the exit code: that of the command, and 0 for an application.
 */
export async function followOutput(
  client: Client,
  followed: Exclude<Followed, { deployment: string }>,
  { json, note, onInterrupt, out }: FollowedOutput,
): Promise<number> {
  const stop = new AbortController();
  let presses = 0;
  const release = onInterrupt(() => {
    presses += 1;
    if (!('run' in followed) || presses > 1) return stop.abort();
    note('Cancelling the command. Ctrl-C again leaves it to itself.');
    client.run(followed.cancel).catch((error: unknown) => note(error instanceof Error ? error.message : String(error)));
  });

  function show(line: OutputLine): void {
    if (json) out(escapedJson(JSON.stringify(line)));
    else if (line.kind === 'line')
      out(harmless(line.service === undefined ? line.text : `${line.service} | ${line.text}`));
    else if (line.kind === 'note' || line.exitCode !== 0) note(harmless(line.text));
  }

  try {
    for await (const line of continuedOutput(client, outputPath(followed), note, stop.signal)) {
      show(line);
      if (line.kind === 'end') return line.exitCode ?? ('run' in followed ? 1 : 0);
    }
  } finally {
    release();
  }
  return 'run' in followed ? interrupted : 0;
}

/**
 * The lines of the output at the path. Connects again after the last one when the connection is lost, as when Shipmate is
 * restarted.
 */
export async function* continuedOutput(
  client: Client,
  path: string,
  note: (line: string) => void,
  signal: AbortSignal,
): AsyncGenerator<OutputLine> {
  let at: string | undefined;
  let lostSince: number | undefined;
  while (!signal.aborted) {
    try {
      for await (const line of client.output(path, at, signal)) {
        yield line;
        at = line.at;
        lostSince = undefined;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof UserError && !(error instanceof UnavailableError)) throw error;
    }
    if (signal.aborted) return;
    const now = performance.now();
    if (lostSince === undefined) note('The connection was lost; connecting again.');
    lostSince ??= now;
    if (now - lostSince > patienceMs)
      throw new UnavailableError('Shipmate does not answer any more. The command may run on.');
    await delay(retryMs, undefined, { signal }).catch(() => undefined);
  }
}
