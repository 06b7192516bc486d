import type { DigestRequest } from './digest-request.ts';
import { type DigestTimes, digestTimes } from '../notifications/digest-schedule.ts';

const dayMs = 86_400_000;

/** Most missed digests to make up for; older ones are no longer news. */
const mostMissed = 31;

type Period = Pick<DigestRequest, 'before' | 'from' | 'to'>;

/**
 * The period of a digest that was due at `due` and is sent at `now`: from the digest time before `due` to the last one
 * that has passed, so that one digest covers all missed ones and none is sent twice.
 */
export function duePeriod(times: DigestTimes, due: Date, now: Date): Period {
  const ends = digestTimes(times, mostMissed, now).filter((end) => end >= due);
  const to = ends.at(-1) ?? due;
  const all = digestTimes(times, 2 * Math.max(1, ends.length) + 1, to);
  const [before = to, from = to] = [all[0], all[Math.max(1, ends.length)]];
  return { before, from, to };
}

/** The last `days` days until now. */
export function lastDays(days: number, now: Date): Period {
  const from = new Date(now.getTime() - days * dayMs);
  return { before: new Date(from.getTime() - days * dayMs), from, to: now };
}
