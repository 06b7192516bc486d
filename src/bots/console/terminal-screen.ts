import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { stripVTControlCharacters, styleText } from 'node:util';
import stringWidth from 'string-width';
import type { Completions } from '../../handlers/complete.ts';
import type { Reply } from '../../handlers/reply.ts';
import { readHistory, writeHistory } from './history.ts';
import { renderReply } from './render.ts';
import { isLive, type Screen } from './screen.ts';
import { fit } from './text.ts';

interface TerminalOptions {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream & { columns?: number };
  dataDir: string;
  complete(line: string): Promise<Completions>;
}

const prompt = `${styleText('blue', 'ship', { validateStream: false })} ${styleText('bold', '❯', { validateStream: false })} `;

/**
 * A terminal: running deployments are drawn in place between what was said and the line being typed, and
 * become part of the conversation when they have ended.
 */
export function openTerminalScreen({ input, output, dataDir, complete }: TerminalOptions): Screen {
  const live = new Map<string, Reply>();
  const width = () => output.columns ?? 80;
  let drawnRows = 0;
  let hidden = false;
  let closed = false;
  const visible = echo(output, () => hidden);
  const reader = createInterface({
    input,
    output: visible,
    terminal: true,
    prompt,
    history: readHistory(dataDir),
    historySize: 500,
    removeHistoryDuplicates: true,
    completer(line: string, done: (error: Error | null, result: [string[], string]) => void) {
      complete(line).then(
        ({ matches, fragment }) => done(null, [matches.length === 1 ? [`${matches[0]} `] : matches, fragment]),
        () => done(null, [[], line]),
      );
    },
  });
  reader.on('history', (lines: string[]) => writeHistory(dataDir, lines));

  /** Takes away the live lines and the prompt, prints what stays, and draws both again below it. */
  function redraw(stays: string[], rowsOfPrompt = reader.getCursorPos().rows): void {
    if (closed) return;
    const up = drawnRows + rowsOfPrompt;
    const lines = [...live.values()].flatMap((reply) =>
      renderReply(reply, { color: true, width: width() }).slice(0, 2),
    );
    const drawn = lines.map((line) => fit(line, width() - 1));
    drawnRows = drawn.length;
    output.write(
      `\r${up > 0 ? `\u001b[${up}A` : ''}\u001b[J${[...stays, ...drawn].map((line) => `${line}\n`).join('')}`,
    );
    restart(reader);
  }

  return {
    print(reply) {
      redraw(renderReply(reply, { color: true, width: width() }));
    },
    show(message, reply) {
      if (isLive(reply)) live.set(message, reply);
      else live.delete(message);
      redraw(isLive(reply) ? [] : renderReply(reply, { color: true, width: width() }));
    },
    askSecret(summary) {
      redraw([]);
      return new Promise((resolve) => {
        const give = (value: string | undefined) => {
          hidden = false;
          reader.off('SIGINT', cancel);
          reader.setPrompt(prompt);
          output.write('\n');
          redraw([], 0);
          resolve(value);
        };
        const cancel = () => give(undefined);
        reader.once('SIGINT', cancel);
        reader.question(`${summary}: `, (value) => give(value));
        hidden = true;
      });
    },
    onLine(handle) {
      reader.on('line', (line) => {
        redraw([`${prompt}${line}`], rowsOf(`${prompt}${line}`, width()));
        handle(line);
      });
    },
    onEnd(handle) {
      let warned = false;
      reader.on('SIGINT', () => {
        if (hidden) return;
        if (warned && reader.line === '') return handle();
        warned = reader.line === '';
        redraw(warned ? ['Press Ctrl-C again, or type `exit`, to leave. Shipmate stops then.'] : []);
        Object.assign(reader, { line: '', cursor: 0 });
        reader.prompt();
      });
      reader.on('line', () => (warned = false));
      reader.on('close', () => closed || handle());
    },
    async close() {
      closed = true;
      reader.close();
    },
  };
}

/** What is typed is shown, unless it is a secret. */
function echo(output: NodeJS.WritableStream & { columns?: number }, hidden: () => boolean): Writable {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!hidden()) output.write(chunk);
      done();
    },
  });
  Object.defineProperty(stream, 'columns', { get: () => output.columns ?? 80 });
  output.on('resize', () => stream.emit('resize'));
  return stream;
}

/** Readline remembers how many rows it drew; after a redraw those are gone. */
function restart(reader: Interface): void {
  Object.assign(reader, { prevRows: 0 });
  reader.prompt(true);
}

function rowsOf(text: string, width: number): number {
  return Math.max(1, Math.ceil(stringWidth(stripVTControlCharacters(text)) / width));
}
