import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';

export interface FakeTerminal {
  input: PassThrough & { isTTY: true };
  output: Writable & { isTTY: true; columns: number; rows: number };
  /** Everything visible and scrolled away, without blank lines at the end; resolves when what was written is drawn. */
  screen(): Promise<string[]>;
  /** Waits until the screen, as one text, matches. */
  shows(pattern: RegExp): Promise<string[]>;
  type(keys: string): void;
  /** Whether the program asked for pastes to be marked. */
  bracketedPaste(): Promise<boolean>;
}

/** A terminal that draws: what a program writes becomes what a person would see. */
export function createTerminal({ columns = 80, rows = 24 } = {}): FakeTerminal {
  const drawn = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: 1_000,
    allowProposedApi: true,
    convertEol: true,
  });
  const waiters = new Set<() => void>();
  let drawing: Promise<void> = Promise.resolve();
  const output = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      drawing = new Promise((resolve) => {
        drawn.write(chunk, () => {
          resolve();
          for (const look of waiters) look();
        });
      });
      done();
    },
  });
  const input = new PassThrough();

  function visible(): string[] {
    const { buffer } = drawn;
    const lines = Array.from({ length: buffer.active.length }, (_, at) => buffer.active.getLine(at));
    const text = lines.map((line) => line?.translateToString().trimEnd() ?? '');
    while (text.at(-1) === '') text.pop();
    return text;
  }

  return {
    input: Object.assign(input, { isTTY: true as const }),
    output: Object.assign(output, { isTTY: true as const, columns, rows }),
    async bracketedPaste() {
      for (let last; last !== drawing;) await (last = drawing);
      return drawn.modes.bracketedPasteMode;
    },
    async screen() {
      for (let last; last !== drawing;) await (last = drawing);
      return visible();
    },
    shows(pattern) {
      return new Promise((resolve) => {
        const look = () => {
          if (!pattern.test(visible().join('\n'))) return;
          waiters.delete(look);
          resolve(visible());
        };
        waiters.add(look);
        look();
      });
    },
    type: (keys) => void input.write(keys),
  };
}
