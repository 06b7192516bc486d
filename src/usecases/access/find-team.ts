import type { EntityManager } from '../../database/database.ts';
import { Team } from '../../entities/team.ts';
import { NotFoundError } from '../../errors.ts';
import { didYouMean } from '../../closest-name.ts';
import { quoted } from '../../quoted.ts';

/**
 * A team by its name among those that the context of `em` sees.
 * @throws {NotFoundError} with the nearest name.
 */
export async function findTeam(em: EntityManager, name: string): Promise<Team> {
  const team = await em.findOne(Team, { name: name.trim() });
  if (team) return team;
  const visible = await em.find(Team, {}, { limit: 1_000 });
  const names = visible.map((one) => one.name);
  const hint = didYouMean(name, names, '`team list` shows those you see.');
  throw new NotFoundError(`There is no team ${quoted(name)} that you see. ${hint}`);
}
