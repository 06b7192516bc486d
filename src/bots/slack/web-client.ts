import { type Logger, webApi } from '@slack/bolt';
import { fetchWithin } from '../../bounded-answer.ts';
import type { SlackConfig } from '../../config-chat-platforms.ts';
import { callMs } from './api.ts';

/** For every client of the Web API. @param timeoutMs How long one call may take, milliseconds (default 10 000). */
export function clientOptionsOf({ apiUrl }: Pick<SlackConfig, 'apiUrl'>, timeoutMs = callMs): webApi.WebClientOptions {
  return {
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
    // The reporter tries again with what is newest by then, and waiting is done in turns.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    // The library itself reads answers of any size.
    fetch: fetchWithin,
  };
}

export function createWebClient(
  config: Pick<SlackConfig, 'apiUrl' | 'botToken'>,
  { logger, timeoutMs }: { logger: Logger; timeoutMs?: number | undefined },
): webApi.WebClient {
  return new webApi.WebClient(config.botToken, { ...clientOptionsOf(config, timeoutMs), logger });
}
