/** Kind of stream, three bytes of nothing, length of what follows. */
const headerBytes = 8;
const standardError = 2;

/** Bytes that a program printed. */
export interface Printed {
  to: 'output' | 'error';
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
        to = rest[0] === standardError ? 'error' : 'output';
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
