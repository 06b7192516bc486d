import { HTTPReceiver, type Logger, type Receiver } from '@slack/bolt';
import type { SlackConfig } from '../../config-chat-platforms.ts';
import type { RawListener } from '../../handlers/bodies/raw-request.ts';

interface Received {
  receiver: Receiver;
  /** In HTTP mode. */
  http?: RawListener;
}

/** How Slack reaches us. By HTTP, Bolt verifies the signature over the raw body and refuses stale ones. */
export function createReceiver(config: SlackConfig, { logger, path }: { logger: Logger; path: string }): Received {
  const { appToken, signingSecret = '' } = config;
  if (appToken !== undefined) return { receiver: manySockets };
  const receiver = new HTTPReceiver({ signingSecret, logger, endpoints: [path, `${path}/`] });
  return { receiver, http: receiver.requestListener };
}

/** In Socket Mode each connection has a receiver of its own, which `keepConnected` opens and closes. */
const manySockets: Receiver = {
  init: () => undefined,
  start: async () => undefined,
  stop: async () => undefined,
};
