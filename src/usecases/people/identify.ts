import { ChatIdentity } from '../../entities/chat-identity.ts';
import { User, type UserRole } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';
import type { Origin } from '../origin.ts';

/** The user linked to a chat account. */
export async function identify(deps: Pick<Deps, 'database'>, origin: Origin): Promise<User | undefined> {
  const { platform, workspace, account } = origin;
  return deps.database.asSystem().transactional(async (em) => {
    const identity = await em.findOne(ChatIdentity, { platform, workspace, account }, { populate: ['user'] });
    return identity?.user;
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
