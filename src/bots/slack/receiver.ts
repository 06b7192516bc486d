import { HTTPReceiver, type Logger, type Receiver, SocketModeReceiver, type webApi } from '@slack/bolt';
import type { SlackConfig } from '../../config.ts';
import type { RawListener } from '../../handlers/bodies/raw-request.ts';

interface Received {
  receiver: Receiver;
  /** In Socket Mode. */
  socket?: SocketModeReceiver['client'];
  /** In HTTP mode. */
  http?: RawListener;
}

interface ReceiveOptions {
  logger: Logger;
  clientOptions: webApi.WebClientOptions;
  path: string;
}

/** How Slack reaches us. By HTTP, Bolt verifies the signature over the raw body and refuses stale ones. */
export function createReceiver(config: SlackConfig, { clientOptions, logger, path }: ReceiveOptions): Received {
  const { appToken, signingSecret = '' } = config;
  if (appToken === undefined) {
    const receiver = new HTTPReceiver({ signingSecret, logger, endpoints: [path, `${path}/`] });
    return { receiver, http: receiver.requestListener };
  }
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { ...clientOptions } },
  });
  return { receiver, socket: receiver.client };
}
