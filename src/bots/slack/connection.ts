import { webApi } from '@slack/bolt';
import type { Logger } from '../../logger.ts';
import { resolveWithin } from '../resolve-within.ts';
import { isLasting, reasonOf } from './announcements.ts';
import type { Socket, SocketEvents } from './socket.ts';
import { tokenProblem } from './tokens.ts';

export interface Connection {
  /** Begins to connect, and goes on until `stop`. */
  start(): void;
  stop(): Promise<void>;
  /** Why it is not connected; undefined while it is. */
  problem(): string | undefined;
}

export interface ConnectionOptions {
  createSocket(events: SocketEvents): Socket;
  logger: Logger;
  /** How long to wait after the first failure, milliseconds (default 1 000); doubles. */
  firstRetryMs?: number;
  /** How long a connection that Slack will end is kept beside the next one, milliseconds (default 30 000). */
  drainMs?: number;
}

const lastRetryMs = 30_000;
/** Slack says hello at once; a socket that stays silent is none. */
const helloMs = 15_000;
/** Connections that end sooner than this are hurried, milliseconds. */
const steadyMs = 10_000;
/** So many hurried ones follow each other without a pause. */
const mostHurried = 3;
/** Slack leaves TCP connections open that it has ended; a stop waits so long for it, milliseconds. */
const closeMs = 1_000;

interface Open {
  /** Slack has announced its end. */
  leaving: boolean;
  drain?: NodeJS.Timeout;
}

/**
 * Keeps a Socket Mode connection open. When Slack announces the end of one, the next is opened at once and the old one
 * goes on serving until Slack closes it, so commands arrive at every moment.
 */
export function keepConnected({
  createSocket,
  drainMs = 30_000,
  firstRetryMs = 1_000,
  logger,
}: ConnectionOptions): Connection {
  const open = new Map<Socket, Open>();
  let why = 'is connecting';
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = firstRetryMs;
  let pending: Socket | undefined;
  let connecting: Promise<void> | undefined;
  let openedAt = -Infinity;
  let hurried = 0;
  let shared = 1;

  async function connect(): Promise<void> {
    let refused: string | undefined;
    const socket = createSocket({
      announced(reason) {
        logger.info({ reason }, 'slack announces the end of a connection');
        if (open.has(socket)) return leave(socket, reason);
        refused = reason;
        void socket.close();
      },
      greeted: (connections) => sharedWith(connections),
      closed: () => forget(socket),
    });
    pending = socket;
    const silent = setTimeout(() => void socket.close(), helloMs);
    try {
      await socket.open();
      if (stopped) await close(socket);
      else adopt(socket);
    } catch (error) {
      const said = error instanceof Error ? error.message : 'the connection was closed';
      const reason = tokenProblem(error, 'SLACK_APP_TOKEN') ?? said;
      fail(refused ? reasonOf(refused) : reason, retryAfterOf(error));
    } finally {
      clearTimeout(silent);
      pending = undefined;
    }
  }

  function adopt(socket: Socket): void {
    open.set(socket, { leaving: false });
    hurried = performance.now() - openedAt < steadyMs ? hurried + 1 : 0;
    openedAt = performance.now();
    if (hurried === 0) retryMs = firstRetryMs;
    for (const [other, state] of open) {
      if (state.leaving) state.drain ??= setTimeout(() => end(other), drainMs);
    }
  }

  function end(socket: Socket): void {
    open.delete(socket);
    void socket.close();
  }

  /** Slack deals commands out among the connections of an app, whoever holds them. */
  function sharedWith(connections: number): void {
    if (connections > open.size + 1 && connections !== shared)
      logger.info({ connections }, 'slack shares commands out among the connections of this app');
    shared = connections;
  }

  function leave(socket: Socket, reason: string): void {
    const state = open.get(socket);
    if (!state || state.leaving) return;
    state.leaving = true;
    if (!isLasting(reason)) return replace();
    end(socket);
    fail(reasonOf(reason));
  }

  function forget(socket: Socket): void {
    clearTimeout(open.get(socket)?.drain);
    if (open.delete(socket)) replace();
  }

  /** Opens another connection, unless there is one that stays. */
  function replace(): void {
    const stays = [...open.values()].some(({ leaving }) => !leaving);
    if (stays || stopped || pending || retry) return;
    why = 'is reconnecting';
    const soon = performance.now() - openedAt < steadyMs;
    if (soon && hurried >= mostHurried) fail('Slack ends each connection soon after it has begun');
    else connectAgain();
  }

  /** @param leastMs Before this nothing is tried again. */
  function fail(reason: string, leastMs = 0): void {
    why = `cannot reach Slack: ${reason}`;
    if (stopped || retry) return;
    logger.warn({ reason, retryMs }, 'slack is away');
    retry = setTimeout(connectAgain, Math.max(retryMs, leastMs));
    retryMs = Math.min(lastRetryMs, retryMs * 2);
  }

  function connectAgain(): void {
    clearTimeout(retry);
    retry = undefined;
    connecting = connect();
  }

  return {
    start: connectAgain,
    async stop() {
      stopped = true;
      clearTimeout(retry);
      const sockets = [...open.keys(), ...(pending ? [pending] : [])];
      for (const { drain } of open.values()) clearTimeout(drain);
      await Promise.all(sockets.map(close));
      await connecting;
    },
    problem: () => (open.size > 0 ? undefined : why),
  };
}

async function close(socket: Socket): Promise<void> {
  await resolveWithin(socket.close(), closeMs);
}

/** How long Slack wants to be left alone, milliseconds. */
function retryAfterOf(error: unknown): number {
  return error instanceof webApi.WebAPIRateLimitedError ? error.retryAfter * 1_000 : 0;
}
