import type { Logger } from '../../logger.ts';
import { MattermostError } from './rest.ts';
import { type MattermostEvent, openSocket, type Resume, type Socket } from './socket.ts';

export interface Connection {
  /** Begins to connect, and goes on until `stop`. */
  start(): void;
  stop(): Promise<void>;
  /** Why it is not connected; undefined while it is. */
  problem(): string | undefined;
}

export interface ConnectionOptions {
  url: string;
  token: string;
  logger: Logger;
  /** What has to be done before the socket is opened, each time. */
  prepare(): Promise<void>;
  event(event: MattermostEvent): void;
  /** Events arrive from now on, and some of before did not. */
  missed(): void;
  /** How long to wait after the first failure, milliseconds (default 1 000); doubles. */
  firstRetryMs?: number;
  /** How often the server is asked whether it is there, milliseconds (default 30 000). */
  pingMs?: number;
}

const lastRetryMs = 60_000;
const otherToken =
  'it refuses SHIPMATE_MATTERMOST_TOKEN. Make another one under Integrations → Bot Accounts → Create New Token.';

/** Keeps a WebSocket open: what breaks is resumed, with growing pauses, and what cannot be resumed is begun anew. */
export function keepConnected(options: ConnectionOptions): Connection {
  const { event, firstRetryMs = 1_000, logger, missed, pingMs = 30_000, prepare, token, url } = options;
  let problem: string | undefined = 'is connecting';
  let stopped = false;
  let retryMs = firstRetryMs;
  let timer: NodeJS.Timeout | undefined;
  let connecting: Promise<void> = Promise.resolve();
  let socket: Socket | undefined;
  let resume: Resume | undefined;
  let isFirst = true;

  async function connect(): Promise<void> {
    try {
      await prepare();
    } catch (error) {
      return lost(reasonOf(error));
    }
    if (stopped) return;
    const opened = openSocket(
      { url, token, resume, pingMs },
      {
        opened(lossy) {
          problem = undefined;
          retryMs = firstRetryMs;
          if (lossy || isFirst) missed();
          isFirst = false;
        },
        event,
        closed(reason, refused) {
          // A connection that never came to be may be one that the server does not resume.
          resume = refused ? undefined : opened.resume();
          lost(reason);
        },
      },
    );
    socket = opened;
  }

  function lost(reason: string): void {
    problem = `cannot reach Mattermost: ${reason}`;
    if (stopped || timer) return;
    logger.warn({ reason, retryMs }, 'mattermost is away');
    timer = setTimeout(() => {
      timer = undefined;
      connecting = connect();
    }, retryMs);
    retryMs = Math.min(lastRetryMs, retryMs * 2);
  }

  return {
    start() {
      connecting = connect();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await connecting;
      socket?.close();
    },
    problem: () => problem,
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof MattermostError && error.status === 401) return otherToken;
  if (!(error instanceof Error)) return String(error);
  // `fetch` says only that it failed.
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
