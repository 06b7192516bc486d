import { User } from '../../entities/user.ts';
import { UserError } from '../../errors.ts';
import { verifyPassword } from '../../secrets/password.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { recordRefusal, requirePatience } from './refused-attempts.ts';
import { linkIdentity } from './link-account.ts';
import { actor, type Origin } from '../origin.ts';

/**
 * Ties the account that asks to the user whose name and password are given.
 * @throws {UserError} when they do not belong together, or after 5 wrong ones within 10 minutes.
 */
export async function signIn(
  deps: Deps,
  { username, password, origin }: { username: string; password: string; origin: Origin },
): Promise<User> {
  await requirePatience(deps, origin);
  const user = await userWith(deps, username.trim().toLowerCase(), password);
  if (!user) {
    await recordRefusal(deps, origin, 'password');
    throw new UserError('There is no such user, or the password is wrong.');
  }
  return deps.database.asSystem().transactional(async (em) => {
    const found = await em.findOneOrFail(User, user.id);
    // Over HTTP there is no account: a token is given instead.
    if (origin.platform !== 'http') await linkIdentity(em, found, origin);
    await recordAudit(em, {
      ...actor(found, origin),
      action: 'user.sign_in',
      resourceType: 'user',
      resourceId: found.id,
      details: { kind: 'password', platform: origin.platform },
    });
    return found;
  });
}

/** Takes as long for an unknown name as for a wrong password. */
async function userWith(deps: Deps, username: string, password: string): Promise<User | undefined> {
  const user = await deps.database
    .asSystem()
    .transactional(async (em) => em.findOne(User, { username }, { populate: ['passwordHash'] }));
  return (await verifyPassword(password, user?.passwordHash)) ? (user ?? undefined) : undefined;
}
