/** Reads parts of a stream, each not before the one before; keeps no more of it than the last part, and one chunk. */
export function forwardWindow(source: AsyncIterable<Buffer>) {
  const chunks = source[Symbol.asyncIterator]();
  let held: { at: number; bytes: Buffer }[] = [];
  let read = 0;
  let dropped = 0;
  let ended = false;

  function drop(before: number): void {
    held = held.filter(({ at, bytes }) => at + bytes.length > before);
    dropped = Math.max(dropped, Math.min(before, read));
  }

  return {
    /** What is held, bytes. */
    get size() {
      return held.reduce((sum, { bytes }) => sum + bytes.length, 0);
    },
    /** The part, or as much of it as there is. @throws {Error} when it begins before the last one did. */
    async part(from: number, to: number): Promise<Buffer> {
      if (from < dropped) throw new Error('a part of the reference is wanted again');
      drop(from);
      while (!ended && read < to) {
        const next = await chunks.next();
        if (next.done === true) {
          ended = true;
        } else {
          held.push({ at: read, bytes: next.value });
          read += next.value.length;
          drop(from);
        }
      }
      const parts = held.map(({ at, bytes }) => bytes.subarray(Math.max(0, from - at), Math.max(0, to - at)));
      return Buffer.concat(parts);
    },
    async close(): Promise<void> {
      await chunks.return?.();
    },
  };
}
