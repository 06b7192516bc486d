import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Opening } from '../../src/database-engines/gateway/opening.ts';
import { createGateway, type Gateway } from '../../src/database-engines/gateway/sessions.ts';
import type { IngressCertificate } from '../../src/ingress/ingress.ts';

export interface OpenGateway extends AsyncDisposable {
  gateway: Gateway;
  port: number;
  /** Hands it another certificate, or other addresses. */
  hand(certificate: IngressCertificate, allow?: string[]): void;
}

type Options = Partial<Omit<Parameters<typeof createGateway>[0], 'opening'>> & {
  opening: Opening;
  target: { host: string; port: number };
};

/** A gateway of this process that lets programs of this machine in. */
export async function openGateway(
  certificate: IngressCertificate,
  { target, ...options }: Options,
): Promise<OpenGateway> {
  const gateway = createGateway({ hidden: [], dial: async ({ host, port }) => dialled(host, port), ...options });
  gateway.server.listen(0, '127.0.0.1');
  await once(gateway.server, 'listening');
  const { port } = gateway.server.address() as { port: number };
  const hand = (one: IngressCertificate, allow = ['127.0.0.0/8']) => gateway.apply({ ...one, allow, target });
  hand(certificate);
  return {
    gateway,
    port,
    hand,
    async [Symbol.asyncDispose]() {
      // Ends the sessions.
      hand(certificate, ['192.0.2.1/32']);
      await new Promise((resolve) => gateway.server.close(resolve));
    },
  };
}

async function dialled(host: string, port: number): Promise<Socket> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the other side closes. */
export async function conversation(port: number, ...parts: Buffer[]): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk)).on('error', () => undefined);
  await once(socket, 'connect');
  socket.setNoDelay(true);
  for (const part of parts) {
    socket.write(part);
    await new Promise(setImmediate);
  }
  if (!socket.closed) await once(socket, 'close');
  return Buffer.concat(received);
}
