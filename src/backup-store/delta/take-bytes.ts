/** Reads a stream by lengths. */
export function takeBytes(source: AsyncIterable<Buffer>) {
  const chunks = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  return {
    /** @throws {Error} when there are fewer. */
    async next(length: number): Promise<Buffer> {
      const parts = [held];
      let size = held.length;
      while (size < length) {
        const next = await chunks.next();
        if (next.done === true) throw new Error('the differences break off');
        parts.push(next.value);
        size += next.value.length;
      }
      const all = parts.length === 1 ? held : Buffer.concat(parts);
      held = all.subarray(length);
      return all.subarray(0, length);
    },
    /** @throws {Error} when there is more. */
    async end(): Promise<void> {
      const next = held.length > 0 ? undefined : await chunks.next();
      if (next?.done !== true) throw new Error('something follows the differences');
    },
    async close(): Promise<void> {
      await chunks.return?.();
    },
  };
}
