import { LogLevel } from '@slack/bolt';
import type { Logger } from '../../logger.ts';

/**
 * Bolt's log lines in ours. Its information is for debugging, and its debugging prints payloads, which may hold what a
 * modal asked for; so that is never printed.
 */
export function slackLogger(logger: Logger) {
  const log = logger.child({ platform: 'slack' });
  const print =
    (level: 'warn' | 'debug') =>
    (...parts: unknown[]) => {
      const err = parts.find((part) => part instanceof Error);
      log[level]({ ...(err && { err }) }, parts.filter((part) => typeof part === 'string').join(' '));
    };
  return {
    debug: () => undefined,
    info: print('debug'),
    warn: print('warn'),
    error: print('warn'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
