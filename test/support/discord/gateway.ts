import { once } from 'node:events';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { botId } from './guild.ts';
import type { DiscordWorld } from './world.ts';

/** Discord's gateway: says hello, takes identify, resume and heartbeats, and sends interactions. */
export function createGateway(world: DiscordWorld, server: Server) {
  const sockets = new WebSocketServer({ server, path: '/gateway' });
  const ready = new Set<WebSocket>();
  const counts = { identified: 0, resumed: 0 };
  let sequence = 0;

  sockets.on('connection', (socket) => {
    const send = (op: number, d: unknown, t?: string) =>
      socket.send(JSON.stringify({ op, d, ...(t && { t, s: ++sequence }) }));
    send(10, { heartbeat_interval: world.heartbeatMs });
    socket.on('close', () => ready.delete(socket));
    socket.on('message', (data) => {
      const { d, op } = JSON.parse((data as Buffer).toString()) as { op: number; d: { token?: string } | null };
      if (op === 1) return world.acknowledges ? send(11, null) : undefined;
      if (op !== 2 && op !== 6) return undefined;
      if (d?.token !== world.token) return socket.close(4004, 'Authentication failed');
      ready.add(socket);
      if (op === 6) {
        counts.resumed += 1;
        return send(0, {}, 'RESUMED');
      }
      counts.identified += 1;
      const { port } = server.address() as { port: number };
      const user = { id: botId, username: 'shipmate', discriminator: '0', bot: true };
      const session = { session_id: 's', resume_gateway_url: `ws://127.0.0.1:${port}/gateway` };
      return send(
        0,
        { v: 10, user, guilds: [], application: { id: world.applicationId, flags: 0 }, ...session },
        'READY',
      );
    });
  });

  return {
    counts,
    connected: () => ready.size,
    dispatch(interaction: object): void {
      const [socket] = ready;
      if (!socket) throw new Error('nobody is connected to the gateway');
      socket.send(JSON.stringify({ op: 0, t: 'INTERACTION_CREATE', s: (sequence += 1), d: interaction }));
    },
    /** Asks every connection to be made anew: opcode 7, “You should attempt to reconnect and resume immediately.” */
    askToReconnect(): void {
      for (const socket of ready) socket.send(JSON.stringify({ op: 7, d: null }));
    },
    /** Opcode 9: the session is over; “the inner d key is a boolean that indicates whether the session may be resumable”. */
    invalidate(resumable: boolean): void {
      for (const socket of ready) socket.send(JSON.stringify({ op: 9, d: resumable }));
    },
    /** Breaks every connection, as a restart of the gateway does. */
    drop(code = 4000): void {
      for (const socket of ready) socket.close(code);
      ready.clear();
    },
    async close(): Promise<void> {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await once(sockets, 'close');
    },
  };
}
