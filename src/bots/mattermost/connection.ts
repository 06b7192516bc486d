import type { Logger } from '../../logger.ts';
import { type Connection, keepConnection } from '../kept-connection.ts';
import { MattermostError } from './rest.ts';
import { type MattermostEvent, openSocket, type Resume, type Socket } from './socket.ts';

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

const otherToken =
  'it refuses SHIPMATE_MATTERMOST_TOKEN. Make another one under Integrations → Bot Accounts → Create New Token.';

/** Keeps a WebSocket open: what breaks is resumed, with growing pauses, and what cannot be resumed is begun anew. */
export function keepConnected(options: ConnectionOptions): Connection {
  const { event, firstRetryMs, logger, missed, pingMs = 30_000, prepare, token, url } = options;
  let socket: Socket | undefined;
  let resume: Resume | undefined;
  let isFirst = true;

  function open(): void {
    const opened = openSocket(
      { url, token, resume, pingMs },
      {
        opened(lossy) {
          kept.found();
          if (lossy || isFirst) missed();
          isFirst = false;
        },
        event,
        closed(reason, refused) {
          // A connection that never came to be may be one that the server does not resume.
          resume = refused ? undefined : opened.resume();
          kept.lost(reason);
        },
      },
    );
    socket = opened;
  }

  const kept = keepConnection({
    platform: 'Mattermost',
    logger,
    firstRetryMs,
    async connect(isStopped) {
      await prepare();
      if (!isStopped()) open();
    },
    reasonOf,
    close: () => socket?.close(),
  });
  return kept;
}

function reasonOf(error: unknown): string {
  if (error instanceof MattermostError && error.status === 401) return otherToken;
  if (!(error instanceof Error)) return String(error);
  // `fetch` says only that it failed.
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
