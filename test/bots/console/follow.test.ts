import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type ConsoleBot, createConsoleBot } from '../../../src/bots/console/console.ts';
import type { Followed, Reply } from '../../../src/replies/reply.ts';
import type { OutputEvent } from '../../../src/usecases/output/output-events.ts';
import { type Asked, fakeDispatcher } from '../../support/fake-dispatcher.ts';
import { createTerminal, type FakeTerminal } from '../../support/terminal.ts';
import { until } from '../../support/until.ts';

const ctrlC = '\u0003';
const ended: OutputEvent = { kind: 'end', text: 'It was cancelled.', exitCode: 130 };

let dataDir: string;
let terminal: FakeTerminal;
let bot: ConsoleBot;
let asked: Asked[];
let left: boolean;
let cancelled: PromiseWithResolvers<void>;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'shipmate-console-'));
  cancelled = Promise.withResolvers();
  left = false;
});
afterEach(async () => {
  await bot.stop();
  rmSync(dataDir, { recursive: true });
});

/** A console in which `go` is answered with something to follow: two lines, and its end once it is cancelled. */
async function open(followed: Followed): Promise<void> {
  terminal = createTerminal({ columns: 70, rows: 20 });
  const answers: Record<string, Reply> = { go: { tone: 'info', text: 'Off we go.', follow: followed } };
  const fake = fakeDispatcher({
    summary: 'x',
    answer(line) {
      if (line.startsWith('cancel')) cancelled.resolve();
      return answers[line] ?? { tone: 'success', text: `did ${line}` };
    },
    complete: async (fragment) => ({ fragment, matches: [] }),
  });
  ({ asked } = fake);
  bot = createConsoleBot({
    ...terminal,
    dataDir,
    dispatcher: async () => fake.dispatcher,
    greeting: { tone: 'success', text: 'Hello.' },
    async *follow(_followed, _origin, signal) {
      yield [
        { kind: 'line', time: '', text: 'first \u001b[2Jline' },
        { kind: 'note', text: 'Node away.' },
      ];
      await Promise.race([cancelled.promise, once(signal, 'abort')]);
      left = signal.aborted;
      if (!left) yield [ended];
    },
  });
  await bot.start();
  terminal.type('go\r');
  await terminal.shows(/▲ Node away\./);
}

it('Ctrl-C cancels a command and shows its end; then the next line is taken', async () => {
  await open({ run: 'shop-api-run-1', cancel: 'cancel shop/api --run 1' });
  expect((await terminal.screen()).join('\n')).toContain('Off we go.\nfirst line\n▲ Node away.');
  terminal.type(ctrlC);
  await terminal.shows(/✖ It was cancelled\./);
  expect(asked.map(({ line }) => line)).toEqual(['go', 'cancel shop/api --run 1']);
  terminal.type('next\r');
  await terminal.shows(/did next/);
  expect(left).toBe(false);
});

it('Ctrl-C ends the following of a log and cancels nothing', async () => {
  await open({ application: 'x' });
  terminal.type(ctrlC);
  await until('the end', async () => left);
  terminal.type('next\r');
  await terminal.shows(/did next/);
  expect(asked.map(({ line }) => line)).toEqual(['go', 'next']);
});
