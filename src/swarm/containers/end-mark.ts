import { EngineAwayError } from '../engine-errors.ts';

/** Printed after a program's own output: without it the connection ended first, and what came is a part only. */
const mark = Buffer.from('\0shipmate: end\0', 'latin1');
const script = `"$@"; code=$?; printf '\\000shipmate: end\\000'; exit $code`;

/** The command, in a shell that marks the end of its output. */
export function withEndMark(command: readonly string[]): string[] {
  return ['sh', '-c', script, 'sh', ...command];
}

/**
 * Output without its mark; returns what `output` does. The Engine's stream ends in the same way when the program has
 * ended and when a connection in between broke, while the program runs on and ends well.
 * @throws {EngineAwayError} when there is no mark.
 */
export async function* upToEndMark<T>(output: AsyncGenerator<Buffer, T>): AsyncGenerator<Buffer, T> {
  let tail: Buffer = Buffer.alloc(0);
  try {
    for (;;) {
      const next = await output.next();
      if (next.done) {
        if (!tail.equals(mark)) throw cutOff();
        return next.value;
      }
      const chunk = next.value;
      if (chunk.length < mark.length) {
        const both = Buffer.concat([tail, chunk]);
        tail = both.subarray(Math.max(0, both.length - mark.length));
        if (both.length > tail.length) yield both.subarray(0, both.length - tail.length);
        continue;
      }
      if (tail.length > 0) yield tail;
      tail = chunk.subarray(chunk.length - mark.length);
      if (chunk.length > mark.length) yield chunk.subarray(0, chunk.length - mark.length);
    }
  } finally {
    await output.return(undefined as T);
  }
}

function cutOff(): EngineAwayError {
  return new EngineAwayError('The connection to Docker ended before the program did. Check the Docker Engine.');
}
