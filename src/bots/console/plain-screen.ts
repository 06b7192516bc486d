import { createInterface } from 'node:readline';
import { renderReply } from './render.ts';
import type { Screen } from './screen.ts';

/** Lines for whatever reads them: nothing is cut, coloured or drawn over. */
const plain = { color: false, width: Number.MAX_SAFE_INTEGER };

/**
 * A conversation without a terminal: reads lines, prints lines. Of a message that changes only the lines that
 * are new are printed, under its first line when another message came between.
 */
export function openPlainScreen(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Screen {
  const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const printed = new Map<string, string[]>();
  let newest: string | undefined;
  let secretWanted: ((value: string | undefined) => void) | undefined;

  // Whoever read us may have gone; that is no reason to stop deploying.
  output.on('error', () => undefined);

  function write(lines: string[]): void {
    output.write(`${lines.join('\n')}\n`);
  }

  return {
    print(reply) {
      newest = undefined;
      write(renderReply(reply, plain));
    },
    show(message, reply) {
      const lines = renderReply(reply, plain);
      const before = printed.get(message) ?? [];
      const fresh = lines.filter((line) => !before.includes(line));
      if (fresh.length === 0) return;
      const [first = ''] = lines;
      write(newest === message || fresh[0] === first ? fresh : [first, ...fresh]);
      printed.set(message, lines);
      newest = message;
    },
    askSecret(summary) {
      write([`? ${summary}`]);
      return new Promise((resolve) => (secretWanted = resolve));
    },
    onLine(handle) {
      reader.on('line', (line) => {
        const wanted = secretWanted;
        secretWanted = undefined;
        if (wanted) return wanted(line);
        write([`❯ ${line}`]);
        newest = undefined;
        handle(line);
      });
      reader.on('close', () => secretWanted?.(undefined));
    },
    // A service whose standard input ends goes on serving.
    onEnd: () => undefined,
    async close() {
      reader.close();
    },
  };
}
