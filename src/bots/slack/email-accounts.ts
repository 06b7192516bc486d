import { webApi } from '@slack/bolt';
import type { Logger } from '../../logger.ts';
import { makeRoom } from '../../make-room.ts';

/** Addresses that are remembered, and for how long, milliseconds: people join and leave. */
const most = 2_000;
const keptMs = 24 * 3_600_000;
/** How long nothing is asked after Slack has refused the method itself, milliseconds. */
const refusedMs = 3_600_000;

interface Known {
  account: string | undefined;
  at: number;
}

/**
 * Whose address it is, by `users.lookupByEmail` where the app has the scope `users:read.email`. Answers are remembered,
 * those about nobody too; what fails tells nothing.
 */
export function createEmailAccounts(
  { users }: Pick<webApi.WebClient, 'users'>,
  logger: Logger,
  now = () => Date.now(),
): (email: string) => Promise<string | undefined> {
  const known = new Map<string, Known>();
  let refusedUntil = 0;

  function remember(email: string, account: string | undefined): string | undefined {
    makeRoom(known, most);
    known.set(email, { account, at: now() });
    return account;
  }

  return async (given) => {
    const email = given.toLowerCase();
    const before = known.get(email);
    if (before && now() - before.at < keptMs) return before.account;
    known.delete(email);
    if (now() < refusedUntil) return undefined;
    try {
      const { user } = await users.lookupByEmail({ email });
      return remember(email, user?.deleted || user?.is_bot ? undefined : user?.id);
    } catch (error) {
      if (error instanceof webApi.WebAPIPlatformError && error.data.error === 'users_not_found')
        return remember(email, undefined);
      refusedUntil = now() + (error instanceof webApi.WebAPIPlatformError ? refusedMs : 60_000);
      logger.info({ err: error, platform: 'slack' }, 'no account by e-mail: the scope users:read.email is optional');
      return undefined;
    }
  };
}
