import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SlackWorld } from './world.ts';

export interface Acknowledged {
  /** What the acknowledgement carried, e.g. the errors of a modal. */
  payload: Record<string, unknown>;
  afterMs: number;
}

/** @see https://docs.slack.dev/apis/events-api/using-socket-mode, “Disconnect messages”; the last one is undocumented. */
export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

export interface SocketSide {
  /**
   * Sends an envelope to one of the connections, each in turn, and waits for its acknowledgement.
   * @throws {Error} when there is none.
   */
  deliver(type: string, payload: unknown, retry?: Retry): Promise<Acknowledged>;
  connected(): number;
  /** Connections so far. */
  greeted(): number;
  /** How often there was no connection at all that an event could have been sent to. */
  gaps(): number;
  /** Tells every connection that it ends, and leaves it open, as Slack does. */
  announce(reason: DisconnectReason): void;
  /** Cuts every connection without a word; `announced` only those that were told of it. */
  cut(which?: 'all' | 'announced'): void;
  close(): Promise<void>;
}

/** What an event says of itself when Slack sends it again. */
export interface Retry {
  retry_attempt: number;
  retry_reason: 'timeout' | 'connection_failed';
}

/** Slack waits three seconds; here only what is never acknowledged fails, as the machine may be busy. */
const acknowledgeMs = 30_000;
/** “Socket Mode allows your app to maintain up to 10 open WebSocket connections at the same time.” */
const mostConnections = 10;

/** Slack's Socket Mode: `hello`, envelopes, acknowledgements, announced ends. */
export function socketSide(server: Server, world: SlackWorld): SocketSide {
  const tickets = new Set<string>();
  const waiting = new Map<string, (payload: Record<string, unknown>) => void>();
  const announced = new Set<WebSocket>();
  let greeted = 0;
  let gaps = 0;
  let turn = 0;
  const sockets = new WebSocketServer({ noServer: true });

  world.openSocket = () => {
    const ticket = randomUUID();
    tickets.add(ticket);
    return `${world.url.replace('http', 'ws')}/socket/${ticket}`;
  };

  server.on('upgrade', (request, socket, head) => {
    const ticket = request.url?.split('/').at(-1) ?? '';
    // A ticket opens one connection.
    if (world.away || !tickets.delete(ticket)) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (opened) => greet(opened));
  });

  function greet(socket: WebSocket): void {
    socket.on('message', (data: Buffer) => {
      const { envelope_id: id, payload = {} } = JSON.parse(String(data)) as {
        envelope_id: string;
        payload?: Record<string, unknown>;
      };
      waiting.get(id)?.(payload);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      announced.delete(socket);
      if (open().length === 0) gaps += 1;
    });
    greeted += 1;
    if (world.linkDisabled) return disconnect(socket, 'link_disabled');
    if (open().length > mostConnections) return disconnect(socket, 'too_many_websockets');
    // Each message says how many connections the app has; events are dealt out among them.
    const count = { num_connections: open().length };
    socket.send(JSON.stringify({ type: 'hello', ...count, connection_info: { app_id: 'A1' } }));
  }

  function disconnect(socket: WebSocket, reason: DisconnectReason): void {
    announced.add(socket);
    socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-1' } }));
  }

  function open(): WebSocket[] {
    return [...sockets.clients].filter((one) => one.readyState === one.OPEN);
  }

  return {
    async deliver(type, payload, retry) {
      const all = open();
      const socket = all[(turn += 1) % all.length];
      if (!socket) throw new Error('nobody is connected');
      const id = randomUUID();
      const sent = performance.now();
      const acknowledged = Promise.withResolvers<Acknowledged>();
      const late = setTimeout(() => acknowledged.reject(new Error(`${type} was not acknowledged`)), acknowledgeMs);
      waiting.set(id, (answer) => acknowledged.resolve({ payload: answer, afterMs: performance.now() - sent }));
      socket.send(JSON.stringify({ type, envelope_id: id, payload, accepts_response_payload: true, ...retry }));
      try {
        return await acknowledged.promise;
      } finally {
        clearTimeout(late);
        waiting.delete(id);
      }
    },
    connected: () => open().length,
    greeted: () => greeted,
    gaps: () => gaps,
    announce(reason) {
      for (const socket of open()) disconnect(socket, reason);
    },
    cut(which = 'all') {
      for (const socket of which === 'all' ? sockets.clients : announced) socket.terminate();
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
