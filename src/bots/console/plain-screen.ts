import { createInterface } from 'node:readline';
import type { Reply } from '../../replies/reply.ts';
import { createLineQueue } from './line-queue.ts';
import { renderReply } from './render.ts';
import { gatherSecret, isLive, type Screen } from './screen.ts';

/** Lines for whatever reads them: nothing is cut, coloured or drawn over. */
const plain = { color: false, width: Number.MAX_SAFE_INTEGER };

/**
 * A conversation without a terminal: reads lines, prints lines. Of a message that changes only the lines that
 * are new are printed, under its first line when another message came between.
 * @param outlivesInput Whether nobody leaves when the input ends.
 */
export function openPlainScreen(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  { outlivesInput }: { outlivesInput: boolean },
): Screen {
  const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const typed = createLineQueue();
  const printed = new Map<string, string[]>();
  let newest: string | undefined;
  reader.on('line', typed.push);
  reader.on('close', typed.end);

  function write(lines: string[]): void {
    output.write(`${lines.join('\n')}\n`);
  }

  function update(message: string, reply: Reply): void {
    const lines = renderReply(reply, plain);
    const before = printed.get(message) ?? [];
    const fresh = lines.filter((line) => !before.includes(line));
    if (isLive(reply)) printed.set(message, lines);
    else printed.delete(message);
    if (fresh.length === 0) return;
    const [first = ''] = lines;
    write(newest === message || fresh[0] === first ? fresh : [first, ...fresh]);
    newest = message;
  }

  return {
    print(reply) {
      newest = undefined;
      write(renderReply(reply, plain));
    },
    write(lines) {
      newest = undefined;
      write(lines);
    },
    show: update,
    async read() {
      const line = await typed.take();
      // A service whose standard input ends goes on serving.
      if (line === undefined) return outlivesInput ? new Promise(() => undefined) : undefined;
      newest = undefined;
      write([`❯ ${line}`]);
      return line;
    },
    readSecret(summary) {
      newest = undefined;
      write([`? ${summary}`]);
      return gatherSecret(typed.take);
    },
    close() {
      reader.close();
    },
  };
}
