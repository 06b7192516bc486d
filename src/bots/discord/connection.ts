import { type Client, DiscordAPIError, DiscordjsError, DiscordjsErrorCodes, Events } from 'discord.js';
import type { Logger } from '../../logger.ts';
import { type Connection, keepConnection } from '../kept-connection.ts';

export interface ConnectionOptions {
  client: Client;
  /** What has to be done before the gateway is opened, each time. */
  prepare(): Promise<void>;
  token: string;
  logger: Logger;
  /** How long to wait after the first failure, milliseconds (default 1 000); doubles. */
  firstRetryMs?: number;
}

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
export function keepConnected({ client, firstRetryMs, logger, prepare, token }: ConnectionOptions): Connection {
  const kept = keepConnection({
    platform: 'Discord',
    logger,
    firstRetryMs,
    async connect() {
      await prepare();
      await client.login(token);
    },
    reasonOf,
    close: () => client.destroy(),
  });
  client.on(Events.ClientReady, kept.found);
  client.on(Events.ShardReady, kept.found);
  client.on(Events.ShardResume, kept.found);
  client.on(Events.ShardReconnecting, () => kept.away('is reconnecting'));
  client.on(Events.ShardDisconnect, ({ code }) => kept.lost(`the gateway was closed (${code})`));
  client.on(Events.Invalidated, () => kept.lost('the session was ended'));
  client.on(Events.ShardError, (error) => logger.warn({ reason: error.message }, 'discord gateway error'));
  client.on(Events.Error, (error) => logger.warn({ reason: error.message }, 'discord error'));
  return kept;
}
