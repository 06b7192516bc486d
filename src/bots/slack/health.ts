import type { Logger } from '../../logger.ts';
import { tokenProblem } from './tokens.ts';

export interface Health {
  start(): void;
  stop(): Promise<void>;
  /** Why Slack's Web API cannot be used; undefined while it can, as far as is known. */
  problem(): string | undefined;
}

const everyMs = 60_000;
const lastRetryMs = 30_000;

/** Looks every minute whether the Web API answers and takes the bot's token, and more often while it does not. */
export function createHealth(
  check: () => Promise<string | undefined>,
  logger: Logger,
  { firstRetryMs = 1_000 } = {},
): Health {
  let problem: string | undefined;
  let retryMs = firstRetryMs;
  let pauseMs = everyMs;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let stopped = false;

  async function look(): Promise<void> {
    try {
      const lacking = await check();
      if (lacking !== undefined && lacking !== problem)
        logger.warn({ reason: lacking }, 'slack is not to be used whole');
      problem = lacking;
      retryMs = firstRetryMs;
      pauseMs = everyMs;
    } catch (error) {
      const reason = tokenProblem(error, 'SLACK_BOT_TOKEN') ?? (error instanceof Error ? error.message : String(error));
      problem = `cannot use Slack’s Web API: ${reason}`;
      if (!stopped) logger.warn({ reason, retryMs }, 'slack is not to be used');
      pauseMs = retryMs;
      retryMs = Math.min(lastRetryMs, retryMs * 2);
    }
    if (!stopped) timer = setTimeout(again, pauseMs);
  }

  function again(): void {
    looking = look();
  }

  return {
    start: again,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
    problem: () => problem,
  };
}
