import type { AttemptLimit } from '../../database/database.ts';
import { TooManyRequestsError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import type { Origin } from '../origin.ts';
import { placeOf } from './place.ts';

const windowSeconds = 10 * 60;

/** Of wrong passwords, each within ten minutes. */
export const passwordLimits = {
  /** One user’s password from one place: enough for a person who has forgotten it. */
  ofUserFromPlace: { name: 'password-user-place', attempts: 5, windowSeconds },
  /** Any password from one place: enough for an office behind one address, too few to try all names. */
  fromPlace: { name: 'password-place', attempts: 50, windowSeconds },
  /** One user’s password from everywhere: more than a few places can use up, so nobody can lock another person out. */
  ofUser: { name: 'password-user', attempts: 200, windowSeconds },
} satisfies Record<string, AttemptLimit>;

/** An attempt that is counted as failed until it succeeds. */
export interface CountedAttempt {
  /** Uncounts the attempt: the password was right. */
  succeeded(): Promise<void>;
}

/**
 * Counts an attempt before the password is checked, so that concurrent attempts cannot exceed the limit: 5 per user and
 * place, 50 per place and 200 per user within 10 minutes.
 * @throws {TooManyRequestsError} over the limit.
 */
export async function countPasswordAttempt(
  { database }: Pick<Deps, 'database'>,
  username: string,
  origin: Origin,
): Promise<CountedAttempt> {
  const { fromPlace, ofUser, ofUserFromPlace } = passwordLimits;
  const place = placeOf(origin);
  const both = `${place} ${username}`;
  const counts = [
    { limiter: database.attempts(ofUserFromPlace), key: both },
    { limiter: database.attempts(fromPlace), key: place },
    { limiter: database.attempts(ofUser), key: username },
  ];
  for (const { limiter, key } of counts) {
    const waitMs = await limiter.take(key);
    if (waitMs === 0) continue;
    const minutes = Math.ceil(waitMs / 60_000);
    throw new TooManyRequestsError(
      `Too many wrong passwords. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      waitMs,
    );
  }
  return {
    async succeeded() {
      await database.attempts(ofUserFromPlace).forget(both);
      await database.attempts(fromPlace).giveBack(place);
      await database.attempts(ofUser).giveBack(username);
    },
  };
}
