import type { EntityManager } from '../../database/database.ts';
import { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import { closestName } from '../closest-name.ts';

/** @throws {NotFoundError} with the nearest username. */
export async function findUser(em: EntityManager, username: string): Promise<User> {
  const wanted = username.trim().replace(/^@/, '').toLowerCase();
  const user = await em.findOne(User, { username: wanted });
  if (user) return user;
  const everyone = await em.find(User, {}, { limit: 1_000, fields: ['username'] });
  const suggestion = closestName(
    wanted,
    everyone.map((one) => one.username),
  );
  const hint = suggestion
    ? `Did you mean \`${suggestion}\`?`
    : 'For somebody new, `link --invite developer` makes a code.';
  throw new NotFoundError(`There is no user \`${wanted}\`. ${hint}`);
}
