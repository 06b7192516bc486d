import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { Duplex } from 'node:stream';
import { type Codec, readSchema } from './codec.ts';
import { grpcCodes, GrpcError } from './grpc-error.ts';
import { framed, messagesIn } from './grpc-frames.ts';

export interface GrpcMethod<Request, Answer> {
  /** e.g. `/moby.buildkit.v1.Control/Solve` */
  path: string;
  request: Codec<Request>;
  answer: Codec<Answer>;
}

/** A client of gRPC on a connection that is there already, which `@grpc/grpc-js` cannot be. */
export interface GrpcConnection {
  /**
   * One request with any number of answers; an abort cancels the call.
   * @throws {GrpcError} when it does not succeed; the reason of `signal`.
   */
  call<Request, Answer>(
    method: GrpcMethod<Request, Answer>,
    message: Request,
    signal: AbortSignal,
  ): AsyncIterable<Answer>;
  /** Bytes in both directions, as messages of one field. */
  tunnel(path: string, headers: Record<string, string | string[]>): Duplex;
  close(): void;
}

const { decode: unwrap, encode: wrap } = readSchema({
  nested: { BytesMessage: { fields: { data: { type: 'bytes', id: 1 } } } },
})<{ data: Uint8Array }>('BytesMessage');

export function grpcOn(socket: Duplex): GrpcConnection {
  const session = connect('http://docker', { createConnection: () => socket });
  // The calls hear of it, too.
  session.on('error', () => {});
  return {
    call: ({ answer, path, request }, message, signal) =>
      answersOf(open(session, path, {}), { message: request.encode(message), decode: answer.decode }, signal),
    tunnel(path, headers) {
      const stream = open(session, path, headers);
      stream.on('error', () => {});
      return tunnelThrough(stream);
    },
    close: () => session.destroy(),
  };
}

function open(session: ClientHttp2Session, path: string, headers: Record<string, string | string[]>) {
  return session.request({
    ...headers,
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
}

async function* answersOf<Answer>(
  stream: ClientHttp2Stream,
  { decode, message }: { message: Buffer; decode: (bytes: Uint8Array) => Answer },
  signal: AbortSignal,
): AsyncGenerator<Answer> {
  const cancel = () => stream.close(constants.NGHTTP2_CANCEL);
  const status = statusOf(stream);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    stream.end(framed(message));
    for await (const bytes of messagesIn(stream)) yield decode(bytes);
    const { code, text } = status();
    if (code !== 0) throw new GrpcError(code, text);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

/** What the call ended with; it comes last, or first when there is no answer. */
function statusOf(stream: ClientHttp2Stream): () => { code: number; text: string } {
  let status: { code: number; text: string } = {
    code: grpcCodes.unavailable,
    text: 'The connection to BuildKit broke',
  };
  const read = (headers: Record<string, unknown>) => {
    const { 'grpc-message': text = '', 'grpc-status': code } = headers;
    if (code !== undefined) status = { code: Number(code), text: unescaped(String(text)) };
  };
  stream.on('response', read);
  stream.on('trailers', read);
  return () => status;
}

/** Percent signs that escape nothing are left. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function tunnelThrough(stream: ClientHttp2Stream): Duplex {
  const received = messagesIn(stream)[Symbol.asyncIterator]();
  return new Duplex({
    read() {
      received.next().then(
        ({ done, value }) => this.push(done ? null : Buffer.from(unwrap(value).data)),
        (error: unknown) => this.destroy(error as Error),
      );
    },
    write(chunk: Buffer, _, done) {
      stream.write(framed(wrap({ data: chunk })), done);
    },
    final(done) {
      stream.end(done);
    },
    destroy(error, done) {
      stream.close(constants.NGHTTP2_CANCEL);
      done(error);
    },
  });
}
