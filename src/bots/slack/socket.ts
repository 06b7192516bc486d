import { type App, type Logger, SocketModeReceiver, type webApi } from '@slack/bolt';

/** What a socket tells of itself. */
export interface SocketEvents {
  /** Slack announces that it ends this connection: `warning`, `refresh_requested`, `link_disabled`, … */
  announced(reason: string): void;
  /** Said hello; so many connections the app has, this one included, and Slack deals events out among them. */
  greeted(connections: number): void;
  closed(): void;
}

/** One connection of Socket Mode, which is opened once. */
export interface Socket {
  /** Resolves when Slack has said hello. @throws {Error} when it refuses the connection or is away. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export interface SocketOptions {
  app: App;
  appToken: string;
  logger: Logger;
  clientOptions: webApi.WebClientOptions;
}

/** The client's event for each message, as text. */
const message = 'ws_message';

/**
 * Bolt's receiver with its own client. The client closes a connection as soon as Slack announces its end, and from then
 * on drops what arrives on it; so announcements are kept from the client, and the connection serves until it is closed.
 * The client's own reconnecting throws where nobody can catch it, so it is off.
 */
export function createSocket({ app, appToken, clientOptions, logger }: SocketOptions, events: SocketEvents): Socket {
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    autoReconnectEnabled: false,
    // The client adds to what it is given.
    installerOptions: { clientOptions: { ...clientOptions } },
  });
  receiver.init(app);
  const { client } = receiver;
  const taken = client.listeners(message);
  client.removeAllListeners(message);
  client.on(message, (data: unknown, binary: unknown) => {
    const { num_connections: connections = 1, reason = '', type } = read(data);
    if (type === 'disconnect') return events.announced(reason);
    if (type === 'hello') events.greeted(connections);
    for (const take of taken) take.call(client, data, binary);
  });
  client.on('disconnected', () => events.closed());

  return {
    async open() {
      await client.start();
    },
    close: () => client.disconnect(),
  };
}

interface Message {
  type?: string;
  reason?: string;
  num_connections?: number;
}

/** Slack's; what is no JSON is nothing that it says of the connection. */
function read(data: unknown): Message {
  if (typeof data !== 'string') return {};
  try {
    return (JSON.parse(data) ?? {}) as Message;
  } catch {
    return {};
  }
}
