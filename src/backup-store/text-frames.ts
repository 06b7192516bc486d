/** A frame ends at the first line that is chosen after so many bytes. */
const least = 256 * 1024;
/** Mean of what follows until a line is chosen, bytes. */
const choice = 256 * 1024;
/** A frame ends here at the latest. */
export const mostInFrame = 2 * 1024 * 1024;
/** Cut up at once, so that little is copied twice, bytes. */
const gathered = 8 * 1024 * 1024;
/** So much of a line decides. */
const looked = 32;

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
  let line = text.indexOf(10, least) + 1;
  while (line > 0 && line < last) {
    const next = text.indexOf(10, line) + 1;
    if (next === 0 || next > last) break;
    if (isChosen(text, line, next)) return next;
    line = next;
  }
  return last;
}

/** Long lines more often than short ones, so that frames are of a size whatever a table's rows are like. */
function isChosen(text: Buffer, from: number, to: number): boolean {
  let hash = 0x811c9dc5;
  for (let at = from; at < Math.min(to, from + looked); at += 1) {
    hash = Math.imul(hash ^ (text[at] ?? 0), 0x01000193);
  }
  // The highest bits of such a hash are poor.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32 < (to - from) / choice;
}
