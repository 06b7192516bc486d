import type { EntityManager } from '../../database/database.ts';
import { User, type UserRole } from '../../entities/user.ts';
import { accountKeyOf, type Origin } from '../origin.ts';

/** A user with the account's name, who signs in by that account. */
export async function makeUser(
  em: EntityManager,
  origin: Origin,
  { role, ...more }: { role: UserRole; standIn?: true },
): Promise<User> {
  const { platform } = accountKeyOf(origin);
  const username = await freeUsername(em, origin.accountName);
  const user = em.create(User, {
    username,
    // Chat accounts have no address; `.invalid` never receives mail (RFC 2606).
    email: `${username}@${platform}.invalid`,
    role,
    preferences: { sso: platform, ...more },
  });
  await em.flush();
  return user;
}

/** The account's name as a valid username, numbered when taken. */
async function freeUsername(em: EntityManager, accountName: string): Promise<string> {
  const letters = accountName
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const base = (letters.length >= 3 ? letters : `user-${letters || 'new'}`).slice(0, 45);
  for (let number = 1; ; number += 1) {
    const username = number === 1 ? base : `${base}-${number}`;
    if ((await em.count(User, { username })) === 0) return username;
  }
}
