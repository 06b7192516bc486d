import { constants, type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { grpcCodes, GrpcError } from './grpc-error.ts';
import { messagesIn } from './grpc-frames.ts';

/** A call of the other end. */
export interface ServerCall {
  /** Of the caller's metadata; several values are one, with a comma and a space in between. */
  header(name: string): string;
  /** What it sends, without frames. */
  messages: AsyncIterable<Buffer>;
  /** Sends messages in their frames, and waits while the other end has enough to read. @throws {Error} when it is gone. */
  send(frames: readonly Uint8Array[]): Promise<void>;
  /** Whether the other end has cancelled it. */
  isCancelled(): boolean;
}

/** Ends the call when it returns. @throws {GrpcError} to end it with its code; others are `aborted`. */
export type Method = (call: ServerCall) => Promise<void>;

/**
 * gRPC on a connection that is there already, as far as BuildKit calls us: without compression, and with many messages in
 * one write, of which there are three for each file of a context.
 * @param methods By path, e.g. `/grpc.health.v1.Health/Check`.
 * @returns what ends all calls.
 */
export function serveGrpc(socket: Duplex, methods: ReadonlyMap<string, Method>): () => void {
  const session = performServerHandshake(socket);
  // The calls hear of it, too.
  session.on('error', () => {});
  session.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    void serve(stream, headers, methods.get(String(headers[':path'])));
  });
  return () => session.destroy();
}

async function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, method: Method | undefined) {
  let end = { 'grpc-status': String(grpcCodes.ok), 'grpc-message': '' };
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(end));
  try {
    if (!method) throw new GrpcError(grpcCodes.unimplemented, 'unknown method');
    await method({
      header: (name) => String(headers[name] ?? ''),
      // Not destroyed by who stops to listen: the end of the call is still to be told.
      messages: messagesIn(stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>),
      send: sender(stream),
      isCancelled: () => stream.aborted || stream.destroyed,
    });
  } catch (error) {
    const code = error instanceof GrpcError ? error.code : grpcCodes.aborted;
    const text = error instanceof Error ? error.message : String(error);
    end = { 'grpc-status': String(code), 'grpc-message': encodeURIComponent(text) };
  }
  stream.end();
}

function sender(stream: ServerHttp2Stream): ServerCall['send'] {
  let ready: PromiseWithResolvers<void> | undefined;
  for (const event of ['drain', 'close', 'aborted', 'error']) {
    stream.on(event, () => {
      ready?.resolve();
      ready = undefined;
    });
  }
  return async (frames) => {
    let isTaken = true;
    for (const frame of frames) {
      if (stream.destroyed || stream.rstCode !== constants.NGHTTP2_NO_ERROR) throw new Error('The build has ended');
      isTaken = stream.write(frame);
    }
    if (isTaken) return;
    ready ??= Promise.withResolvers();
    await ready.promise;
  };
}
