import { harmless } from '../../harmless-text.ts';
import type { Followed } from '../../replies/reply.ts';
import type { OutputEvent } from '../../usecases/output/output-events.ts';
import type { Screen } from './screen.ts';

/**
 * Prints what is followed until it ends. Ctrl-C cancels a command, whose end is waited for, and ends the following of
 * anything else; pressed again, it leaves the command to itself. Without a terminal nothing would end a log, so only
 * commands are followed.
 * @param cancel Runs the line that cancels the command.
 */
export async function followOnScreen(
  screen: Screen,
  followed: Followed,
  follow: (signal: AbortSignal) => AsyncIterable<OutputEvent[]>,
  cancel: (line: string) => Promise<void>,
): Promise<void> {
  if (!screen.onInterrupt && !('run' in followed)) return;
  const stop = new AbortController();
  let presses = 0;
  const release = screen.onInterrupt?.(() => {
    presses += 1;
    if (!('run' in followed) || presses > 1) return stop.abort();
    screen.print({ tone: 'info', text: 'Cancelling the command. Ctrl-C again leaves it to itself.' });
    void cancel(followed.cancel);
  });
  try {
    for await (const events of follow(stop.signal)) {
      const lines = events.flatMap(lineOf);
      if (lines.length > 0) screen.write(lines);
      const last = events.at(-1);
      if (last?.kind === 'end') screen.print({ tone: toneOf(last.exitCode), text: last.text });
    }
  } finally {
    release?.();
  }
}

function lineOf(event: OutputEvent): string[] {
  if (event.kind === 'end') return [];
  if (event.kind === 'note') return [`▲ ${harmless(event.text)}`];
  return [harmless(event.service === undefined ? event.text : `${event.service} | ${event.text}`)];
}

function toneOf(exitCode: number | undefined) {
  if (exitCode === undefined) return 'info';
  return exitCode === 0 ? 'success' : 'danger';
}
