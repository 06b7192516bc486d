import { User } from '../../entities/user.ts';
import { UserError } from '../../errors.ts';
import { verifyPassword } from '../../secrets/password.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { linkIdentity } from './link-account.ts';
import { countPasswordAttempt } from './password-attempts.ts';
import { recordRefusal } from './record-refusal.ts';
import { actor, needsToken, type Origin } from '../origin.ts';

/**
 * Links the requesting account to the user with this name and password.
 * @throws {UserError} when they do not match; {TooManyRequestsError} after too many failed attempts.
 */
export async function signIn(
  deps: Deps,
  { username, password, origin }: { username: string; password: string; origin: Origin },
): Promise<User> {
  const name = username.trim().toLowerCase();
  const attempt = await countPasswordAttempt(deps, name, origin);
  const user = await userWith(deps, name, password);
  if (!user) {
    await recordRefusal(deps, origin, 'password');
    throw new UserError('The username or password is wrong.');
  }
  await attempt.succeeded();
  return deps.database.asSystem().transactional(async (em) => {
    const found = await em.findOneOrFail(User, user.id);
    // The network has no account to link: the caller gets a token instead.
    if (!needsToken(origin)) await linkIdentity(em, found, origin);
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
