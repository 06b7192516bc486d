import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { stripped } from './posting.ts';
import { type MattermostWorld, newId, type Post } from './world.ts';

/** Events that are kept of a connection for its next one. */
const deadQueueSize = 128;

interface Connection {
  id: string;
  /** Undefined while it is broken. */
  socket: WebSocket | undefined;
  sequence: number;
  sent: { seq: number; text: string }[];
}

/** The server's WebSocket: a token in the handshake or in a challenge, a hello, events with numbers, and what was missed again. */
export function createSocketSide(world: MattermostWorld, server: Server) {
  const sockets = new WebSocketServer({ server, path: '/api/v4/websocket' });
  const connections = new Map<string, Connection>();
  const counts = { opened: 0, resumed: 0, challenged: 0 };
  /** Events that are still numbered and kept, but do not arrive. */
  const faults = { swallow: 0, pongs: true };

  function emit(connection: Connection, event: string, data: object): void {
    const seq = connection.sequence;
    connection.sequence += 1;
    const text = JSON.stringify({ event, data, broadcast: {}, seq });
    connection.sent.push({ seq, text });
    if (connection.sent.length > deadQueueSize) connection.sent.shift();
    if (faults.swallow > 0) faults.swallow -= 1;
    else connection.socket?.send(text);
  }

  function begin(socket: WebSocket): Connection {
    const connection: Connection = { id: newId(), socket, sequence: 0, sent: [] };
    connections.set(connection.id, connection);
    counts.opened += 1;
    emit(connection, 'hello', { connection_id: connection.id, server_version: '11.9.0' });
    return connection;
  }

  /** Only of a person who is known at the handshake. */
  function resume(socket: WebSocket, query: URLSearchParams): Connection {
    const known = connections.get(query.get('connection_id') ?? '');
    const from = Number(query.get('sequence_number') ?? 0);
    const missing = known?.sent.filter(({ seq }) => seq >= from) ?? [];
    if (!known || (known.sequence > from && missing[0]?.seq !== from)) return begin(socket);
    counts.resumed += 1;
    known.socket = socket;
    for (const { text } of missing) socket.send(text);
    return known;
  }

  sockets.on('connection', (socket: WebSocket, { headers, url = '' }: IncomingMessage) => {
    let connection: Connection | undefined;
    if (headers.authorization === `Bearer ${world.token}`)
      connection = resume(socket, new URL(url, 'http://x').searchParams);
    socket.on('close', () => {
      if (connection?.socket === socket) connection.socket = undefined;
    });
    socket.on('message', (raw) => {
      const { action, data, seq } = JSON.parse((raw as Buffer).toString()) as {
        action: string;
        seq: number;
        data?: { token?: string };
      };
      const reply = (more: object) => socket.send(JSON.stringify({ seq_reply: seq, ...more }));
      if (action === 'authentication_challenge') {
        if (connection) return;
        if (data?.token !== world.token) return socket.close();
        counts.challenged += 1;
        connection = begin(socket);
        return reply({ status: 'OK' });
      }
      const unknown = {
        id: 'api.web_socket_router.not_authenticated.app_error',
        message: 'WebSocket connection is not authenticated.',
      };
      if (!connection) return reply({ status: 'FAIL', error: unknown });
      if (action === 'ping' && faults.pongs) return reply({ status: 'OK', data: { text: 'pong', version: '11.9.0' } });
    });
  });

  return {
    counts,
    faults,
    connected: () => [...connections.values()].filter(({ socket }) => socket !== undefined).length,
    /** Tells the bot of a post, if it is in the channel. */
    posted(post: Post): void {
      const channel = world.channels.get(post.channel_id);
      if (!channel?.members.has(world.bot.id)) return;
      const about = {
        channel_name: channel.name,
        channel_type: channel.type,
        team_id: channel.team_id,
        set_online: true,
      };
      for (const connection of connections.values())
        emit(connection, 'posted', { ...about, sender_name: '@x', post: JSON.stringify(stripped(post)) });
    },
    /** Breaks every connection, as a proxy that is restarted does: not even a close frame arrives. */
    drop(): void {
      for (const socket of sockets.clients) socket.terminate();
    },
    /** The server was restarted: it knows no connection any more. */
    forget(): void {
      connections.clear();
      for (const socket of sockets.clients) socket.close();
    },
    async close(): Promise<void> {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await once(sockets, 'close');
    },
  };
}
