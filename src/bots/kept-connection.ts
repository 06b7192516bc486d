import type { Logger } from '../logger.ts';

export interface Connection {
  /** Begins to connect, and goes on until `stop`. */
  start(): void;
  stop(): Promise<void>;
  /** Why it is not connected; undefined while it is. */
  problem(): string | undefined;
}

/** What the platform's side tells of it. */
export interface KeptConnection extends Connection {
  found(): void;
  /** It comes back by itself. */
  away(problem: string): void;
  /** It is begun anew after a pause. */
  lost(reason: string): void;
}

interface Options {
  /** The platform, as people write it. */
  platform: string;
  logger: Logger;
  /** How long to wait after the first failure, milliseconds (default 1 000); doubles until it is found. */
  firstRetryMs?: number | undefined;
  /** One attempt: when it throws, the connection is lost. */
  connect(isStopped: () => boolean): Promise<void>;
  reasonOf(error: unknown): string;
  close(): Promise<void> | void;
}

const lastRetryMs = 60_000;

/** Begins a connection anew whenever it is lost, with growing pauses, and knows why there is none. */
export function keepConnection(options: Options): KeptConnection {
  const { close, connect, firstRetryMs = 1_000, logger, platform, reasonOf } = options;
  let problem: string | undefined = 'is connecting';
  let stopped = false;
  let retryMs = firstRetryMs;
  let timer: NodeJS.Timeout | undefined;
  let connecting: Promise<void> = Promise.resolve();

  function start(): void {
    connecting = connect(() => stopped).catch((error: unknown) => lost(reasonOf(error)));
  }

  function lost(reason: string): void {
    problem = `cannot reach ${platform}: ${reason}`;
    if (stopped || timer) return;
    logger.warn({ reason, retryMs }, `${platform.toLowerCase()} is away`);
    timer = setTimeout(() => {
      timer = undefined;
      start();
    }, retryMs);
    retryMs = Math.min(lastRetryMs, retryMs * 2);
  }

  return {
    start,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await connecting;
      await close();
    },
    problem: () => problem,
    found() {
      problem = undefined;
      retryMs = firstRetryMs;
    },
    away(words) {
      problem = words;
    },
    lost,
  };
}
