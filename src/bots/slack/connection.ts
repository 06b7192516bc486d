import type { SocketModeReceiver } from '@slack/bolt';
import type { Logger } from '../../logger.ts';

export interface Connection {
  /** Begins to connect, and goes on until `stop`. */
  start(): void;
  stop(): Promise<void>;
  /** Why it is not connected; undefined while it is. */
  problem(): string | undefined;
}

export interface ConnectionOptions {
  client: SocketModeReceiver['client'];
  logger: Logger;
  /** How long to wait after the first failure, milliseconds (default 1 000); doubles. */
  firstRetryMs?: number;
}

const lastRetryMs = 30_000;
/** Slack says hello at once; a socket that stays silent is none. */
const helloMs = 15_000;

/**
 * Keeps one Socket Mode connection open. The client’s own reconnecting throws where nobody can catch it and pauses for
 * five seconds when Slack merely refreshes a connection, so it is off.
 */
export function keepConnected({ client, logger, firstRetryMs = 1_000 }: ConnectionOptions): Connection {
  let problem: string | undefined = 'is connecting';
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = firstRetryMs;

  async function connect(): Promise<void> {
    const silent = setTimeout(() => void client.disconnect(), helloMs);
    try {
      await client.start();
      problem = undefined;
      retryMs = firstRetryMs;
    } catch (error) {
      fail(error instanceof Error ? error.message : 'the connection was closed');
    } finally {
      clearTimeout(silent);
    }
  }

  function fail(reason: string): void {
    problem = `cannot reach Slack: ${reason}`;
    if (stopped) return;
    logger.warn({ reason, retryMs }, 'slack is away');
    retry = setTimeout(connectAgain, retryMs);
    retryMs = Math.min(lastRetryMs, retryMs * 2);
  }

  function connectAgain(): void {
    retry = undefined;
    connecting = connect();
  }

  let connecting: Promise<void> | undefined;
  client.on('disconnected', () => {
    // While `start` waits, it is told itself.
    if (problem !== undefined || stopped) return;
    problem = 'is reconnecting';
    connectAgain();
  });

  return {
    start: connectAgain,
    async stop() {
      stopped = true;
      clearTimeout(retry);
      await client.disconnect();
      await connecting;
    },
    problem: () => problem,
  };
}
