import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext } from 'node:tls';
import { type AllowedAddresses, allowedAddresses, plainAddress } from './allowed-addresses.ts';
import type { Opening } from './opening.ts';
import { relay } from './relay.ts';
import { clientEnd, serverEnd } from './stream-end.ts';

/** Open at once. What a server takes itself is mostly less. */
const mostSessions = 1_000;
/** From the connection to the open session, milliseconds. */
const openingMs = 10_000;
/** For the last words to one side when there is no session, milliseconds. */
const farewellMs = 1_000;
/** When a client that is silent is asked whether it is there, milliseconds. */
const aliveAfterMs = 60_000;

/** What it is handed. */
export interface GatewaySettings {
  /** Where the database server is; looked up for every session. */
  target: { host: string; port: number };
  /** Networks that may connect, e.g. `203.0.113.0/24`. */
  allow: string[];
  /** PEM, the whole chain. */
  certificate: string;
  /** PEM. */
  privateKey: string;
}

/** For people, since it started. */
export interface GatewayState {
  /** Networks that may connect; none before it was handed its settings. */
  allow: string[];
  /** Open now. */
  sessions: number;
  /** Connections from addresses that may not connect. */
  refused: number;
  lastRefused?: string;
  /** Connections whose address the Engine hid: at 127.0.0.1 of the node, or by IPv6 where its bridge has none. */
  hidden: number;
  /** Why the last session did not open, e.g. `it asked for a session without TLS`. */
  lastFailure?: string;
}

interface Options {
  opening: Opening;
  /** Addresses that are never let in. */
  hidden: readonly string[];
  dial(target: GatewaySettings['target']): Promise<Socket>;
  /** Defaults: 1,000 sessions, 10 s. */
  mostSessions?: number;
  openingMs?: number;
}

export interface Gateway {
  /** Not listening yet. */
  server: Server;
  /**
   * From now on. Open sessions go on, with the certificate that they began with, unless their address may no longer
   * connect. @throws when the key does not belong to the certificate; then nothing changes.
   */
  apply(settings: GatewaySettings): void;
  state(): GatewayState;
}

interface Current {
  settings: GatewaySettings;
  allowed: AllowedAddresses;
  context: SecureContext;
}

/** What it was told is still sent. What it says is not kept: the connection would be reset, and the words lost. */
function sayGoodbye(stream: Duplex, beneath = stream): void {
  stream.resume().end();
  setTimeout(() => beneath.destroy(), farewellMs).unref();
}

/** Lets sessions of allowed addresses in, and nobody else: those are closed without a word. */
export function createGateway(options: Options): Gateway {
  const sessions = new Map<Socket, string>();
  const counted: Pick<GatewayState, 'refused' | 'lastRefused' | 'hidden' | 'lastFailure'> = {
    refused: 0,
    hidden: 0,
  };
  let current: Current | undefined;

  function accept(socket: Socket): void {
    socket.on('error', () => undefined);
    const address = plainAddress(socket.remoteAddress);
    if (!current?.allowed.has(address)) {
      count(address);
      socket.destroy();
      return;
    }
    if (sessions.size >= (options.mostSessions ?? mostSessions)) {
      counted.lastFailure = `${sessions.size} sessions are open, and no more can be`;
      socket.destroy();
      return;
    }
    sessions.set(socket, address);
    void open(socket, current).then(() => {
      // Who left meanwhile counts until the server need not be reached any more.
      if (socket.closed) sessions.delete(socket);
      else socket.once('close', () => sessions.delete(socket));
    });
  }

  function count(address: string): void {
    if (options.hidden.includes(address)) {
      counted.hidden += 1;
      return;
    }
    counted.refused += 1;
    counted.lastRefused = address;
  }

  async function open(socket: Socket, { context, settings }: Current): Promise<void> {
    const late = setTimeout(() => socket.destroy(), options.openingMs ?? openingMs);
    const client = clientEnd(socket, { context, protocols: options.opening.protocols });
    let server: ReturnType<typeof serverEnd> | undefined;
    const leave = () => server?.stream().destroy();
    socket.once('close', leave);
    try {
      await options.opening.open(client, async ({ alone } = { alone: false }) => {
        if (alone) socket.off('close', leave);
        const reached = await options.dial(settings.target);
        reached.on('error', () => undefined);
        server = serverEnd(reached);
        if (socket.destroyed && !alone) leave();
        return server;
      });
      if (!server) throw new Error('it was not led to the database');
      socket.off('close', leave);
      if (socket.destroyed) sayGoodbye(server.stream());
      else relay(client.stream(), server.stream());
    } catch (error) {
      counted.lastFailure = error instanceof Error ? error.message : String(error);
      leave();
      sayGoodbye(client.stream(), socket);
    } finally {
      clearTimeout(late);
    }
  }

  return {
    server: createServer({ keepAlive: true, keepAliveInitialDelay: aliveAfterMs, noDelay: true }, accept),
    apply(settings) {
      const { allow, certificate: cert, privateKey: key } = settings;
      const context = createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
      current = { settings, context, allowed: allowedAddresses(allow, options.hidden) };
      for (const [socket, address] of sessions) if (!current.allowed.has(address)) socket.destroy();
    },
    state: () => ({ ...counted, allow: current?.settings.allow ?? [], sessions: sessions.size }),
  };
}
