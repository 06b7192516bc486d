import type { EntityManager } from '../../database/database.ts';
import { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import { didYouMean } from '../../closest-name.ts';
import { quoted } from '../../quoted.ts';

/** @throws {NotFoundError} with the nearest username. */
export async function findUser(em: EntityManager, username: string): Promise<User> {
  const wanted = username.trim().replace(/^@/, '').toLowerCase();
  const user = await em.findOne(User, { username: wanted });
  if (user) return user;
  const everyone = await em.find(User, {}, { limit: 1_000, fields: ['username'] });
  const names = everyone.map((one) => one.username);
  const hint = didYouMean(wanted, names, 'To invite somebody new, run `link --invite developer`.');
  throw new NotFoundError(`There is no user ${quoted(wanted)}. ${hint}`);
}
