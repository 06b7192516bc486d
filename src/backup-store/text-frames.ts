/** A frame ends at the first line that is chosen after so many bytes. */
const least = 256 * 1024;
/** Mean of what follows until a line is chosen, bytes. */
const choice = 256 * 1024;
/** A frame ends here at the latest. */
export const mostInFrame = 2 * 1024 * 1024;
/** Cut up at once, so that little is copied twice, bytes. */
const gathered = 8 * 1024 * 1024;
/** A line that is longer may have many rows, bytes. */
const longLine = 16 * 1024;
/** So much of a line decides: the key of a row, also behind the one that it belongs to. */
const looked = 64;

/**
 * Cuts text into frames that end where lines do, chosen by what the lines are: behind a change, the same text has the same
 * frames as before.
 */
export async function* textFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    parts.push(chunk);
    size += chunk.length;
    if (size < gathered) continue;
    let rest: Buffer = Buffer.concat(parts);
    while (rest.length >= mostInFrame) {
      const end = endOfFrame(rest);
      yield rest.subarray(0, end);
      rest = rest.subarray(end);
    }
    parts = [rest];
    size = rest.length;
  }
  for (let rest: Buffer = Buffer.concat(parts); rest.length > 0;) {
    const end = endOfFrame(rest);
    yield rest.subarray(0, end);
    rest = rest.subarray(end);
  }
}

function endOfFrame(text: Buffer): number {
  const last = Math.min(text.length, mostInFrame);
  const next = lineEnds(text);
  let line = next(least);
  while (line < last) {
    const end = next(line);
    if (end > last) break;
    if (isChosen(text, line, end)) return end;
    line = end;
  }
  return last;
}

/** Where the line ends that goes on at a place; of a long line with many rows, as MySQL writes them, where the row does. */
function lineEnds(text: Buffer): (from: number) => number {
  let line = 0;
  return (from) => {
    if (line <= from) line = text.indexOf(10, from) + 1 || Infinity;
    if (line - from <= longLine) return line;
    const row = text.subarray(from, from + longLine).indexOf('),(');
    return row < 0 ? line : from + row + 2;
  };
}

/** Long lines more often than short ones, so that frames are of a size whatever a table's rows are like. */
function isChosen(text: Buffer, from: number, to: number): boolean {
  let hash = 0x811c9dc5;
  for (let at = from; at <= Math.min(to, from + looked) - 4; at += 4) {
    hash = Math.imul(hash ^ text.readInt32LE(at), 0x01000193);
    hash ^= hash >>> 15;
  }
  // The highest bits of such a hash are poor.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32 < (to - from) / choice;
}
