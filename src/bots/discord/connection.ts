import { type Client, DiscordAPIError, DiscordjsError, DiscordjsErrorCodes, Events } from 'discord.js';
import type { Logger } from '../../logger.ts';

export interface Connection {
  /** Begins to connect, and goes on until `stop`. */
  start(): void;
  stop(): Promise<void>;
  /** Why it is not connected; undefined while it is. */
  problem(): string | undefined;
}

export interface ConnectionOptions {
  client: Client;
  /** What has to be done before the gateway is opened, each time. */
  prepare(): Promise<void>;
  token: string;
  logger: Logger;
  /** How long to wait after the first failure, milliseconds (default 1 000); doubles. */
  firstRetryMs?: number;
}

const lastRetryMs = 60_000;

/** A wrong token is a refusal of the library itself, or an answer of Discord. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isToken =
    (error instanceof DiscordAPIError && error.status === 401) ||
    (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid);
  if (!isToken) return error.message;
  return 'it refuses DISCORD_TOKEN. Make another one under https://discord.com/developers/applications → Bot → Reset Token.';
}

/** Keeps the gateway open: discord.js resumes what breaks; what it gives up is begun anew, with growing pauses. */
export function keepConnected({ client, firstRetryMs = 1_000, logger, prepare, token }: ConnectionOptions): Connection {
  let problem: string | undefined = 'is connecting';
  let stopped = false;
  let retryMs = firstRetryMs;
  let timer: NodeJS.Timeout | undefined;
  let connecting: Promise<void> = Promise.resolve();

  async function connect(): Promise<void> {
    try {
      await prepare();
      await client.login(token);
      retryMs = firstRetryMs;
    } catch (error) {
      lost(reasonOf(error));
    }
  }

  function lost(reason: string): void {
    problem = `cannot reach Discord: ${reason}`;
    if (stopped || timer) return;
    logger.warn({ reason, retryMs }, 'discord is away');
    timer = setTimeout(() => {
      timer = undefined;
      connecting = connect();
    }, retryMs);
    retryMs = Math.min(lastRetryMs, retryMs * 2);
  }

  function found(): void {
    problem = undefined;
  }

  client.on(Events.ClientReady, found);
  client.on(Events.ShardReady, found);
  client.on(Events.ShardResume, found);
  client.on(Events.ShardReconnecting, () => (problem = 'is reconnecting'));
  client.on(Events.ShardDisconnect, ({ code }) => lost(`the gateway was closed (${code})`));
  client.on(Events.Invalidated, () => lost('the session was ended'));
  client.on(Events.ShardError, (error) => logger.warn({ reason: error.message }, 'discord gateway error'));
  client.on(Events.Error, (error) => logger.warn({ reason: error.message }, 'discord error'));

  return {
    start() {
      connecting = connect();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await connecting;
      await client.destroy();
    },
    problem: () => problem,
  };
}
