import { Project } from '../../entities/project.ts';
import { TeamMember, type TeamRole, teamRoles } from '../../entities/team-member.ts';
import { Team } from '../../entities/team.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, UsageError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { requireTeamRole } from '../access/team-access.ts';
import { findTeam } from '../access/find-team.ts';
import { actor, type Origin } from '../origin.ts';
import { quoted } from '../../quoted.ts';

export interface TeamRequest {
  user: User;
  /** Name of the team. */
  team: string;
  origin: Origin;
}

/**
 * Creates a team with the person as its owner.
 * @throws {ConflictError} when the name is taken.
 */
export async function createTeam(
  deps: Deps,
  request: TeamRequest & { description?: string | undefined },
): Promise<Team> {
  const name = requireTeamName(request.team);
  const { user, origin, description } = request;
  // Checked as the system: a team that the person cannot see takes the name too.
  const taken = await deps.database.asSystem().transactional(async (em) => (await em.count(Team, { name })) > 0);
  if (taken) throw new ConflictError(`The team name \`${name}\` is taken. Choose another.`);
  return deps.database.asUser(user.id).transactional(async (em) => {
    const team = em.create(Team, { name, description: description ?? null });
    await em.flush();
    em.create(TeamMember, { team, user: em.getReference(User, user.id), role: 'owner' });
    await em.flush();
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'team.create',
      resourceType: 'team',
      resourceId: team.id,
      details: { team: name, after: { name, description: description ?? null, owner: user.username } },
    });
    return team;
  });
}

/** Deletes a team; its projects stay with their owners. @returns the names of the projects shared with it. */
export async function deleteTeam(deps: Deps, { user, team: name, origin }: TeamRequest): Promise<string[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const team = await findTeam(em, name);
    await requireTeamRole(em, team, user, 'owner');
    const projects = await em.find(Project, { team }, { orderBy: { name: 'asc' } });
    const members = await em.find(TeamMember, { team }, { populate: ['user'] });
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'team.delete',
      resourceType: 'team',
      resourceId: team.id,
      details: {
        team: team.name,
        before: {
          members: Object.fromEntries(members.map((one) => [one.user.username, one.role])),
          projects: projects.map((project) => project.name),
        },
      },
    });
    await em.nativeDelete(Team, { id: team.id });
    return projects.map((project) => project.name);
  });
}

export interface TeamReport {
  team: Team;
  members: TeamMember[];
  projects: Project[];
}

/** A team with its people, owners first, and its projects. */
export async function readTeam(deps: Pick<Deps, 'database'>, user: User, name: string): Promise<TeamReport> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const team = await findTeam(em, name);
    const members = await em.find(TeamMember, { team }, { populate: ['user'] });
    members.sort(
      (one, other) =>
        teamRoles.indexOf(one.role) - teamRoles.indexOf(other.role) ||
        (one.user.username < other.user.username ? -1 : 1),
    );
    return { team, members, projects: await em.find(Project, { team }, { orderBy: { name: 'asc' } }) };
  });
}

/** Visible teams by name, with the person's role and the number of members. */
export async function listTeams(
  deps: Pick<Deps, 'database'>,
  user: User,
): Promise<{ team: Team; role: TeamRole | undefined; members: number }[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const teams = await em.find(Team, {}, { orderBy: { name: 'asc' }, limit: 1_000 });
    const members = await em.find(TeamMember, { team: { $in: teams } });
    return teams.map((team) => {
      const ofTeam = members.filter((one) => one.team.id === team.id);
      return { team, role: ofTeam.find((one) => one.user.id === user.id)?.role, members: ofTeam.length };
    });
  });
}

function requireTeamName(given: string): string {
  const name = given.trim();
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name) && name.length >= 3 && name.length <= 100) return name;
  throw new UsageError(
    `${quoted(given)} cannot name a team: use 3 to 100 letters, digits, \`.\`, \`_\` and \`-\`, e.g. \`backend\`.`,
  );
}
