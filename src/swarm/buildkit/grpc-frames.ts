/** Of a message, bytes: what BuildKit's own client takes. */
const maxMessageBytes = 16 * 1024 * 1024;
/** Whether a message is compressed, which we do not ask for, then its length. */
export const headBytes = 5;

/** A message as gRPC writes it. @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + message.length);
  frameHead(frame, 0, message.length);
  frame.set(message, headBytes);
  return frame;
}

/** Writes what comes before a message of this length. */
export function frameHead(into: Buffer, at: number, length: number): void {
  into.writeUInt8(0, at);
  into.writeUInt32BE(length, at + 1);
}

/** The messages in a stream of bytes. @throws {Error} for one above the limit. */
export async function* messagesIn(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let waiting = 0;
  let needed = headBytes;
  for await (const part of stream) {
    parts.push(part);
    waiting += part.length;
    // Put together only once there is a whole message: the work stays linear.
    if (waiting < needed) continue;
    const { messages, rest } = split(Buffer.concat(parts));
    yield* messages;
    parts = [rest];
    waiting = rest.length;
    needed = lengthOf(rest);
  }
}

function split(bytes: Buffer): { messages: Buffer[]; rest: Buffer } {
  const messages: Buffer[] = [];
  let rest = bytes;
  for (let length = lengthOf(rest); rest.length >= length; length = lengthOf(rest)) {
    messages.push(rest.subarray(headBytes, length));
    rest = rest.subarray(length);
  }
  return { messages, rest };
}

/** Of the message that begins there, with its head; of the head alone if it is not whole. */
function lengthOf(bytes: Buffer): number {
  if (bytes.length < headBytes) return headBytes;
  const length = bytes.readUInt32BE(1);
  if (length > maxMessageBytes) throw new Error(`A message of BuildKit has ${length} bytes, more than 16 MiB`);
  return headBytes + length;
}
