import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SlackWorld } from './world.ts';

export interface Acknowledged {
  /** What the acknowledgement carried, e.g. the errors of a modal. */
  payload: Record<string, unknown>;
  afterMs: number;
}

export interface SocketSide {
  /** Sends an envelope and waits for its acknowledgement. @throws {Error} when there is none within three seconds. */
  deliver(type: string, payload: unknown): Promise<Acknowledged>;
  connected(): number;
  /** Connections so far. */
  greeted(): number;
  /** Asks every connection to be made anew, as Slack does every few hours. */
  refresh(): void;
  /** Cuts every connection without a word. */
  cut(): void;
  close(): Promise<void>;
}

const acknowledgeMs = 3_000;

/** Slack's Socket Mode: `hello`, envelopes, acknowledgements. */
export function socketSide(server: Server, world: SlackWorld): SocketSide {
  const tickets = new Set<string>();
  const waiting = new Map<string, (payload: Record<string, unknown>) => void>();
  let greeted = 0;
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
    greeted += 1;
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A1' } }));
  }

  function open(): WebSocket[] {
    return [...sockets.clients].filter((one) => one.readyState === one.OPEN);
  }

  return {
    async deliver(type, payload) {
      const [socket] = open();
      if (!socket) throw new Error('nobody is connected');
      const id = randomUUID();
      const sent = performance.now();
      const acknowledged = Promise.withResolvers<Acknowledged>();
      const late = setTimeout(
        () => acknowledged.reject(new Error(`${type} was not acknowledged within 3 s`)),
        acknowledgeMs,
      );
      waiting.set(id, (answer) => acknowledged.resolve({ payload: answer, afterMs: performance.now() - sent }));
      socket.send(JSON.stringify({ type, envelope_id: id, payload, accepts_response_payload: true }));
      try {
        return await acknowledged.promise;
      } finally {
        clearTimeout(late);
        waiting.delete(id);
      }
    },
    connected: () => open().length,
    greeted: () => greeted,
    refresh() {
      for (const socket of open()) socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
    },
    cut() {
      for (const socket of sockets.clients) socket.terminate();
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
