import type { Platform } from '../entities/chat-message.ts';
import type { Deps } from '../usecases/deps.ts';
import { makeRoom } from '../make-room.ts';

/** Slack sends an event again for up to an hour, or for a day where delayed events are on: the longest of any; seconds. */
const rememberSeconds = 2 * 86_400;
/** Events that are remembered without PostgreSQL. */
const most = 1_000;

/**
 * Tells whether an event came for the first time. Platforms send again what they believe was not heard, as when a process
 * ends before its acknowledgement arrives, or send it to every process; PostgreSQL remembers it for all of them.
 */
export function createEventMemory({ database, logger }: Pick<Deps, 'database' | 'logger'>, platform: Platform) {
  const latest = new Set<string>();
  const limiter = database.attempts({ name: `${platform}-event`, attempts: 1, windowSeconds: rememberSeconds });

  function isNewHere(id: string): boolean {
    if (latest.has(id)) return false;
    makeRoom(latest, most);
    latest.add(id);
    return true;
  }

  /** @param runs Whether the event makes a line run; only such a one is worth a row. */
  return async function isFirst(id: string, runs: boolean): Promise<boolean> {
    if (!isNewHere(id)) return false;
    if (!runs) return true;
    try {
      return (await limiter.take(id)) === 0;
    } catch (error) {
      // Its line will say that PostgreSQL is away.
      logger.warn({ err: error, platform }, 'event not remembered');
      return true;
    }
  };
}
