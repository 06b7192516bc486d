import { ChatIdentity } from '../../entities/chat-identity.ts';
import { User, type UserRole } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';
import { accountKeyOf, type Origin } from '../origin.ts';

/** The user linked to the account; the operator of the machine has one without a link. */
export async function identify(deps: Pick<Deps, 'database'>, origin: Origin): Promise<User | undefined> {
  return deps.database.asSystem().transactional(async (em) => {
    const identity = await em.findOne(ChatIdentity, accountKeyOf(origin), { populate: ['user'] });
    if (identity || !origin.local?.isOperator) return identity?.user;
    const { standInOf } = await import('./operator.ts');
    return standInOf(em, origin);
  });
}

/** Usernames of at most five people who may grant `role`: admins or higher. */
export async function grantersOf(deps: Pick<Deps, 'database'>, role: UserRole): Promise<string[]> {
  const roles: UserRole[] = role === 'super_admin' || role === 'admin' ? ['super_admin'] : ['super_admin', 'admin'];
  return deps.database.asSystem().transactional(async (em) => {
    const users = await em.find(User, { role: { $in: roles } }, { orderBy: { username: 'asc' }, limit: 5 });
    return users.map((user) => user.username);
  });
}
