import type { EntityManager } from '../../database/database.ts';
import { TeamMember, type TeamRole } from '../../entities/team-member.ts';
import type { Team } from '../../entities/team.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { findUser } from '../access/find-user.ts';
import { requireTeamRole } from '../access/team-access.ts';
import { findTeam } from '../access/find-team.ts';
import { actor } from '../origin.ts';
import type { TeamRequest } from './teams.ts';

export interface MemberRequest extends TeamRequest {
  /** The user concerned. */
  username: string;
}

interface MemberChange {
  team: Team;
  member: User;
}

/** @throws {ConflictError} when they are already a member. */
export async function inviteMember(deps: Deps, request: MemberRequest & { role: TeamRole }): Promise<MemberChange> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const team = await findTeam(em, request.team);
    const own = await requireTeamRole(em, team, request.user, 'admin');
    requireOwnerFor(own, request.role === 'owner', team);
    const member = await findUser(em, request.username);
    const existing = await em.findOne(TeamMember, { team, user: member });
    if (existing) {
      throw new ConflictError(
        `\`${member.username}\` is already in \`${team.name}\` as \`${existing.role}\`. ` +
          `To change the role: \`team role ${team.name} ${member.username} ${request.role}\`.`,
      );
    }
    em.create(TeamMember, { team, user: em.getReference(User, member.id), role: request.role });
    await em.flush();
    await recordMemberChange(em, request, 'team.invite', team, {
      member: member.username,
      after: { role: request.role },
    });
    return { team, member };
  });
}

/** @throws {ConflictError} when the team would be left without an owner. */
export async function changeMemberRole(deps: Deps, request: MemberRequest & { role: TeamRole }): Promise<MemberChange> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const { team, membership, own } = await findMembership(em, request);
    requireOwnerFor(own, membership.role === 'owner' || request.role === 'owner', team);
    const before = membership.role;
    if (before === 'owner' && request.role !== 'owner') await requireAnotherOwner(em, team, membership.user);
    membership.role = request.role;
    await em.flush();
    const { username } = membership.user;
    const details = { member: username, before: { role: before }, after: { role: request.role } };
    await recordMemberChange(em, request, 'team.role', team, details);
    return { team, member: membership.user };
  });
}

/** @throws {ConflictError} when the team would be left without an owner. */
export async function removeMember(deps: Deps, request: MemberRequest): Promise<MemberChange> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const { team, membership, own } = await findMembership(em, request);
    requireOwnerFor(own, membership.role === 'owner', team);
    return takeMembership(em, request, 'team.remove', team, membership);
  });
}

/** @throws {ConflictError} when the person is the team's last owner. */
export async function leaveTeam(deps: Deps, request: TeamRequest): Promise<MemberChange> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const team = await findTeam(em, request.team);
    const membership = await em.findOne(TeamMember, { team, user: request.user }, { populate: ['user'] });
    if (!membership) throw new NotFoundError(`You are not in \`${team.name}\`.`);
    return takeMembership(em, request, 'team.leave', team, membership);
  });
}

async function takeMembership(
  em: EntityManager,
  request: TeamRequest,
  action: string,
  team: Team,
  membership: TeamMember,
): Promise<MemberChange> {
  const member = membership.user;
  if (membership.role === 'owner') await requireAnotherOwner(em, team, member);
  // Recorded first: a person who leaves can no longer see the team.
  await recordMemberChange(em, request, action, team, { member: member.username, before: { role: membership.role } });
  await em.nativeDelete(TeamMember, { id: membership.id });
  return { team, member };
}

async function findMembership(em: EntityManager, request: MemberRequest) {
  const team = await findTeam(em, request.team);
  const own = await requireTeamRole(em, team, request.user, 'admin');
  const user = await findUser(em, request.username);
  const membership = await em.findOne(TeamMember, { team, user }, { populate: ['user'] });
  if (membership) return { team, membership, own };
  throw new NotFoundError(
    `\`${user.username}\` is not in \`${team.name}\`. Add them with \`team invite ${team.name} ${user.username}\`.`,
  );
}

/** Admins manage everyone but owners. */
function requireOwnerFor(own: TeamRole, concernsOwner: boolean, team: Team): void {
  if (own === 'owner' || !concernsOwner) return;
  throw new ForbiddenError(`Only an owner of \`${team.name}\` can change its owners; you are \`${own}\`.`);
}

/** A database constraint checks the same at commit, but its error has no names. */
async function requireAnotherOwner(em: EntityManager, team: Team, owner: User): Promise<void> {
  if ((await em.count(TeamMember, { team, role: 'owner', user: { $ne: owner.id } })) > 0) return;
  throw new ConflictError(
    `\`${owner.username}\` is the last owner of \`${team.name}\`. ` +
      `Make somebody else owner first: \`team role ${team.name} <user> owner\`, or \`team delete ${team.name}\`.`,
  );
}

async function recordMemberChange(
  em: EntityManager,
  { user, origin }: TeamRequest,
  action: string,
  team: Team,
  details: Record<string, unknown>,
): Promise<void> {
  await recordAudit(em, {
    ...actor(user, origin),
    action,
    resourceType: 'team',
    resourceId: team.id,
    details: { kind: 'team_member', team: team.name, ...details },
  });
}
