import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { keepAlive } from './keep-alive.ts';
import { queryInTurn } from './query-in-turn.ts';
import { openSession } from './session.ts';

/** Pauses between tries to reconnect, milliseconds; the last one repeats. */
const pauses = [50, 200, 500, 1_000, 2_000, 5_000];

type Listener = (payload: string) => void;

/** Hears when the connection is lost, and when it is back. */
type OnConnection = (connected: boolean) => void;

export interface Listeners {
  /** Resolves when the server will deliver; what was sent while the connection was lost is not made up for. */
  listen(channel: string, listener: Listener, onConnection?: OnConnection): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** LISTEN on one connection of its own, opened by the first listener and reopened whenever it breaks. */
export function createListeners(connectionString: string): Listeners {
  const channels = new Map<string, Set<Listener>>();
  const watchers = new Set<OnConnection>();
  const closing = new AbortController();
  let connection: Promise<pg.Client> | undefined;
  let current: pg.Client | undefined;

  async function open(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString, application_name: 'shipmate-listen', ...keepAlive });
    let usable = true;
    const lost = () => {
      usable = false;
      if (current === client) reconnect();
    };
    // A client that met an error takes no query from then on; its `end` comes only when the socket is closed.
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ channel, payload = '' }) => {
      for (const listener of channels.get(channel) ?? []) listener(payload);
    });
    try {
      await openSession(client);
      for (const channel of channels.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      if (!usable) throw new Error('The connection was lost right after LISTEN.');
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    current = client;
    return client;
  }

  function reconnect(): void {
    current = undefined;
    for (const watch of watchers) watch(false);
    if (closing.signal.aborted) return;
    connection = retry();
    connection.catch(() => undefined);
  }

  async function retry(): Promise<pg.Client> {
    for (let attempt = 0; ; attempt += 1) {
      await delay(pauses[Math.min(attempt, pauses.length - 1)], undefined, { signal: closing.signal, ref: false });
      try {
        const client = await open();
        for (const watch of watchers) watch(true);
        return client;
      } catch {
        // Tried again until the server is back or we close.
      }
    }
  }

  async function run(sql: string): Promise<void> {
    connection ??= open().catch((error: unknown) => {
      connection = undefined;
      throw error;
    });
    await queryInTurn(await connection, sql);
  }

  return {
    async listen(channel, listener, onConnection) {
      const listeners = channels.get(channel) ?? new Set();
      listeners.add(listener);
      if (onConnection) watchers.add(onConnection);
      channels.set(channel, listeners);
      const stop = async () => {
        listeners.delete(listener);
        if (onConnection) watchers.delete(onConnection);
        if (listeners.size > 0 || channels.get(channel) !== listeners) return;
        channels.delete(channel);
        if (!closing.signal.aborted) await run(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
      };
      try {
        await run(`listen ${pg.escapeIdentifier(channel)}`);
      } catch (error) {
        await stop();
        throw error;
      }
      return stop;
    },
    async close() {
      closing.abort();
      const client = await connection?.catch(() => undefined);
      connection = undefined;
      channels.clear();
      watchers.clear();
      await client?.end();
    },
  };
}
