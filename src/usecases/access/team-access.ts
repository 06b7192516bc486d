import { type EntityManager, LockMode } from '../../database/database.ts';
import { TeamMember, type TeamRole } from '../../entities/team-member.ts';
import { Team } from '../../entities/team.ts';
import type { User } from '../../entities/user.ts';
import { ForbiddenError } from '../../errors.ts';

/** The person's role in the team; a super_admin acts as an owner. */
export async function roleInTeam(em: EntityManager, team: Team, user: User): Promise<TeamRole | undefined> {
  if (user.role === 'super_admin') return 'owner';
  return (await em.findOne(TeamMember, { team, user }))?.role;
}

/**
 * Locks the team's row until the transaction ends and requires the person to have the role in it.
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
