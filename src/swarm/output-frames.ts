/** Kind of stream, three bytes of nothing, length of what follows. */
const headerBytes = 8;
const streams: Record<number, Printed['to']> = { 2: 'error', 3: 'engine' };

/** Bytes that a program printed. */
export interface Printed {
  /** What goes to `engine` no program has printed: the Engine tells of an error of its own, e.g. a node that is away. */
  to: 'output' | 'error' | 'engine';
  bytes: Buffer;
  /** Whether these are the last ones of a frame; programs print a line in one, as a rule. */
  last: boolean;
}

/**
 * Splits the Engine's multiplexed stream into standard output and standard error. Call the returned function with each
 * chunk in order; a frame that spans chunks is yielded in pieces.
 * @see https://docs.docker.com/reference/api/engine/ (ContainerAttach, stream format)
 */
export function frameReader(): (chunk: Buffer) => Generator<Printed, void> {
  let rest: Buffer = Buffer.alloc(0);
  let to: Printed['to'] = 'output';
  let left = 0;
  return function* read(chunk) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    while (rest.length > 0) {
      if (left === 0) {
        if (rest.length < headerBytes) return;
        to = streams[rest[0] ?? 0] ?? 'output';
        left = rest.readUInt32BE(4);
        rest = rest.subarray(headerBytes);
        continue;
      }
      const bytes = rest.subarray(0, left);
      rest = rest.subarray(bytes.length);
      left -= bytes.length;
      yield { to, bytes, last: left === 0 };
    }
  };
}
