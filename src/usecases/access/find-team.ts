import { type EntityManager, LockMode } from '../../database/database.ts';
import { TeamMember, type TeamRole } from '../../entities/team-member.ts';
import { Team } from '../../entities/team.ts';
import { User } from '../../entities/user.ts';
import { ForbiddenError, NotFoundError } from '../../errors.ts';
import { closestName } from '../closest-name.ts';

/**
 * A team by its name among those that the context of `em` sees.
 * @throws {NotFoundError} with the nearest name.
 */
export async function findTeam(em: EntityManager, name: string): Promise<Team> {
  const team = await em.findOne(Team, { name: name.trim() });
  if (team) return team;
  const visible = await em.find(Team, {}, { limit: 1_000 });
  const suggestion = closestName(
    name,
    visible.map((one) => one.name),
  );
  const hint = suggestion ? `Did you mean \`${suggestion}\`?` : '`team list` shows those you see.';
  throw new NotFoundError(`There is no team \`${name}\` that you see. ${hint}`);
}

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

/** The person's role in the team; a super_admin acts as an owner. */
export async function roleInTeam(em: EntityManager, team: Team, user: User): Promise<TeamRole | undefined> {
  if (user.role === 'super_admin') return 'owner';
  return (await em.findOne(TeamMember, { team, user }))?.role;
}

/**
 * Holds the team's row until the transaction ends, and the person to being an owner of it, or an admin.
 * @throws {ForbiddenError}
 */
export async function requireTeamRole(
  em: EntityManager,
  team: Team,
  user: User,
  needed: 'owner' | 'admin',
): Promise<TeamRole> {
  const role = await roleInTeam(em, team, user);
  if (role !== 'owner' && !(needed === 'admin' && role === 'admin')) {
    throw new ForbiddenError(
      `This needs the role \`${needed}\` in the team \`${team.name}\`; yours is \`${role ?? 'none'}\`. ` +
        `An owner of the team can change it: \`team role ${team.name} ${user.username} ${needed}\`.`,
    );
  }
  await em.findOneOrFail(Team, team.id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  return role;
}
