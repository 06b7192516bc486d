import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Stands in front of a server, which it can take away. */
export interface CutProxy extends AsyncDisposable {
  /** Path of its own socket. */
  path: string;
  /** Its port on 127.0.0.1. */
  port: number;
  /** How many connections are open. */
  open(): number;
  /** Ends the connections of now; new ones pass. */
  cut(): void;
  /** Ends them, and takes no more. */
  refuse(): Promise<void>;
  /** Passes on nothing more and answers nobody, but keeps every connection. */
  silence(): void;
  /** The server is back. What was kept silent is cut. */
  restore(): Promise<void>;
}

export async function createCutProxy(server: NetConnectOpts): Promise<CutProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-proxy-'));
  const path = join(folder, 'socket');
  const pairs = new Set<[Socket, Socket]>();
  let silent = false;
  let listening: Server[] = [];
  let port = 0;

  function accept(client: Socket): void {
    const upstream = connect({ ...server, allowHalfOpen: true } as NetConnectOpts);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => pair.forEach((one) => one.destroy()));
      socket.on('close', () => pair.every((one) => one.destroyed) && pairs.delete(pair));
    }
    if (silent) return;
    client.pipe(upstream);
    upstream.pipe(client);
    // An aborted request is one whose client is gone.
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroySoon());
  }

  async function listen(where: string | number): Promise<Server> {
    const one = createServer({ allowHalfOpen: true }, accept);
    if (typeof where === 'string') one.listen(where);
    else one.listen(where, '127.0.0.1');
    await once(one, 'listening');
    return one;
  }

  function cut(): void {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    pairs.clear();
  }

  async function restore(): Promise<void> {
    if (silent) cut();
    silent = false;
    if (listening.length > 0) return;
    const tcp = await listen(port);
    const address = tcp.address();
    if (typeof address === 'object' && address) ({ port } = address);
    listening = [tcp, await listen(path)];
  }

  async function refuse(): Promise<void> {
    const closed = listening.map((one) => once(one, 'close'));
    for (const one of listening) one.close();
    listening = [];
    cut();
    await Promise.all(closed);
  }

  await restore();
  return {
    path,
    get port() {
      return port;
    },
    open: () => pairs.size,
    cut,
    refuse,
    silence() {
      silent = true;
      for (const pair of pairs) for (const socket of pair) socket.unpipe().pause();
    },
    restore,
    async [Symbol.asyncDispose]() {
      await refuse();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
