import type { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket, connect } from 'node:tls';
import type { Socket } from 'node:net';
import type { ClientEnd, End, ServerEnd } from './opening.ts';

interface StreamEnd extends End {
  /** What is passed on once the session is open. */
  stream(): Duplex;
}

/** Lets an opening read a stream byte by byte; nothing is read ahead. */
function streamEnd(current: () => Duplex): StreamEnd {
  return {
    stream: current,
    read: async (bytes) => readExactly(current(), bytes),
    unread: (bytes) => current().unshift(bytes),
    write: (bytes) => void current().write(bytes),
  };
}

/** The listener stays on between two looks: a new one would be told of bytes that are too few at once, for ever. */
async function readExactly(stream: Duplex, bytes: number): Promise<Buffer> {
  let look = Promise.withResolvers<void>();
  const wake = () => look.resolve();
  const events = ['readable', 'end', 'close'] as const;
  for (const event of events) stream.on(event, wake);
  try {
    for (;;) {
      const chunk = stream.read(bytes) as Buffer | null;
      if (chunk?.length === bytes) return chunk;
      // At its end a stream gives what is left.
      if (chunk || stream.readableEnded || stream.destroyed) throw new Error('it closed the connection');
      await look.promise;
      look = Promise.withResolvers<void>();
    }
  } finally {
    for (const event of events) stream.off(event, wake);
  }
}

async function established(stream: TLSSocket, event: 'secure' | 'secureConnect'): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let reason: string | undefined;
  stream.once(event, resolve);
  // The session ends; nobody else has to hear of it.
  stream.on('error', (error: Error & { reason?: string }) => (reason = error.reason));
  stream.once('close', () => reject(new Error(disagreement(reason))));
  await promise;
}

/** @param reason of OpenSSL, e.g. `tlsv1 alert unknown ca`, `unsupported protocol`. */
function disagreement(reason: string | undefined): string {
  if (reason === undefined) return 'no TLS was agreed on';
  const distrusted = /alert.*(certificate|unknown ca)/.test(reason);
  return `${distrusted ? 'the other side does not trust the certificate' : 'no TLS was agreed on'} (${reason})`;
}

export function clientEnd(
  socket: Socket,
  { context, protocols }: { context: SecureContext; protocols: readonly string[] | undefined },
): ClientEnd & StreamEnd {
  let stream: Duplex = socket;
  return {
    ...streamEnd(() => stream),
    async secure() {
      const secured = new TLSSocket(socket, {
        isServer: true,
        secureContext: context,
        ...(protocols && { ALPNProtocols: [...protocols] }),
      });
      stream = secured;
      await established(secured, 'secure');
      return secured.alpnProtocol || undefined;
    },
  };
}

export function serverEnd(socket: Socket): ServerEnd & StreamEnd {
  let stream: Duplex = socket;
  return {
    ...streamEnd(() => stream),
    async secure() {
      const secured = connect({ socket, rejectUnauthorized: false });
      stream = secured;
      await established(secured, 'secureConnect');
    },
  };
}
