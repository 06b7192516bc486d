import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { Completions } from '../../handlers/completions.ts';
import type { Reply } from '../../replies/reply.ts';
import { columnsOf } from './columns.ts';
import { completer } from './completer.ts';
import { createEcho } from './echo.ts';
import type { History } from './history.ts';
import { createLineQueue } from './line-queue.ts';
import { liveLines } from './live-lines.ts';
import { renderReply } from './render.ts';
import { marksOff, marksOn, separatePastes } from './pastes.ts';
import { gatherSecret, isLive, type Screen } from './screen.ts';
import { hasCurrentStep, spinMs } from './steps-line.ts';
import { painter } from './terminal-text.ts';
import { fit, wrap } from './wrap.ts';

export interface Terminal {
  input: NodeJS.ReadableStream;
  output: Writable & { columns?: number; rows?: number };
  history: History;
  complete(line: string): Promise<Completions>;
  /** Whether Shipmate stops when the person leaves. */
  leavingStops: boolean;
}

const paint = painter(true);
const prompt = `${paint('blue', 'ship')} ${paint('bold', '❯')} `;

/**
 * A terminal: running deployments are drawn in place between what was said and the line being typed, and
 * become part of the conversation when they have ended.
 */
export function openTerminalScreen({ input, output, history, complete, leavingStops }: Terminal): Screen {
  const live = new Map<string, Reply>();
  const typed = createLineQueue();
  const echo = createEcho(output, {
    atEdge: () => reader.cursor === reader.line.length && reader.getCursorPos().cols === 0,
    onEnter: () => (enteredRows = reader.getCursorPos().rows + 1),
  });
  let drawn: string[] = [];
  let secretPrompt: string | undefined;
  /** How far below the first row of the line that was typed the cursor is after Enter. */
  let enteredRows = 1;
  let warned = false;
  let interrupt: (() => void) | undefined;
  let closed = false;
  const farewell = `Ctrl-C again, Ctrl-D or \`exit\` ${leavingStops ? 'stops Shipmate' : 'leaves'}.`;
  let turning: NodeJS.Timeout | undefined;
  const width = () => output.columns ?? 80;
  const render = (reply: Reply) => renderReply(reply, { color: true, width: width() });
  const pastes = separatePastes(input, () => secretPrompt !== undefined);
  output.write(marksOn);
  const reader = createInterface({
    input: pastes.input,
    output: echo.stream,
    terminal: true,
    prompt,
    history: history.read(),
    historySize: history.size,
    removeHistoryDuplicates: true,
    completer: completer({
      complete: async (line) => (secretPrompt === undefined ? complete(line) : { matches: [], fragment: line }),
      list: (matches) => redraw(wrap(matches.join('  '), width() - 1).map((line) => paint('dim', line))),
    }),
  });

  function rowsOf(line: string): number {
    return Math.max(1, Math.ceil(columnsOf(line) / width()));
  }

  function rowsAboveCursor(): number {
    return secretPrompt === undefined ? reader.getCursorPos().rows : 0;
  }

  /** Takes away the live lines and the prompt, prints what stays, and draws both again below it. */
  function redraw(stays: string[], rows = closed ? 0 : rowsAboveCursor()): void {
    const up = rows + drawn.reduce((sum, line) => sum + rowsOf(line), 0);
    drawn = closed
      ? []
      : liveLines([...live.values()], { columns: width(), now: performance.now(), rows: output.rows ?? 24 });
    // One write, so that the terminal does not show the moment in between.
    output.cork();
    output.write(`\r${up > 0 ? `\u001b[${up}A` : ''}\u001b[J`);
    output.write([...stays, ...drawn].map((line) => `${line}\n`).join(''));
    if (!closed) showPrompt();
    output.uncork();
    spin();
  }

  /** Turns the marks of the steps that are under way. */
  function spin(): void {
    clearTimeout(turning);
    const isTurning = !closed && secretPrompt === undefined && [...live.values()].some(hasCurrentStep);
    if (isTurning) turning = setTimeout(() => redraw([]), spinMs).unref();
  }

  function showPrompt(): void {
    if (secretPrompt !== undefined) return void output.write(secretPrompt);
    // Readline remembers how many rows it drew; those are gone.
    Object.assign(reader, { prevRows: 0 });
    reader.prompt(true);
  }

  function endSecret(): void {
    secretPrompt = undefined;
    echo.unmute();
    Object.assign(reader, { line: '', cursor: 0 });
  }

  reader.on('history', (lines: string[]) => {
    if (secretPrompt !== undefined || pastes.stands(lines[0] ?? '')) lines.shift();
    else history.write(lines);
  });
  reader.on('line', (line) => {
    warned = false;
    if (secretPrompt === undefined) redraw([`${prompt}${line}`], enteredRows);
    typed.push(pastes.fill(line));
  });
  reader.on('SIGINT', () => {
    if (secretPrompt !== undefined) return typed.interrupt();
    if (interrupt) return interrupt();
    const { line } = reader;
    if (warned && line === '') return reader.close();
    warned = line === '';
    const rows = rowsAboveCursor();
    Object.assign(reader, { line: '', cursor: 0 });
    redraw([warned ? paint('dim', farewell) : `${prompt}${line}^C`], rows);
  });
  reader.on('close', () => {
    const rows = rowsAboveCursor();
    closed = true;
    redraw([prompt], rows);
    pastes.close();
    output.write(marksOff);
    typed.end();
  });
  reader.prompt();

  return {
    print: (reply) => redraw(render(reply)),
    write: (lines) => redraw(lines),
    onInterrupt(handle) {
      interrupt = handle;
      return () => (interrupt = undefined);
    },
    show(message, reply) {
      if (isLive(reply)) live.set(message, reply);
      else live.delete(message);
      redraw(isLive(reply) ? [] : render(reply));
    },
    read: typed.take,
    async readSecret(summary) {
      redraw([]);
      output.write('\r\u001b[J');
      Object.assign(reader, { line: '', cursor: 0 });
      secretPrompt = fit(`${paint('yellow', '?')} ${summary}: `, width() - 1);
      echo.mute();
      output.write(secretPrompt);
      const secret = await gatherSecret(typed.take);
      const stays = `${secretPrompt}${secret === undefined ? paint('dim', 'given up') : paint('dim', 'taken')}`;
      endSecret();
      redraw([stays], 0);
      return secret;
    },
    close() {
      if (!closed) reader.close();
    },
  };
}
