import type { EntityManager } from '../../database/database.ts';
import type { Project } from '../../entities/project.ts';
import { TeamMember, type TeamRole } from '../../entities/team-member.ts';
import type { User } from '../../entities/user.ts';
import { ForbiddenError } from '../../errors.ts';

/** What a person wants to do in a project: `change` deploys, scales and configures; `manage` creates and deletes. */
export type Intent = 'read' | 'change' | 'manage';

const teamRolesFor: Record<Intent, readonly TeamRole[]> = {
  read: ['owner', 'admin', 'member', 'viewer'],
  change: ['owner', 'admin', 'member'],
  manage: ['owner', 'admin'],
};

/**
 * Holds a person to the role they have in the project's team; its owner and super_admins are exempt.
 * @throws {ForbiddenError} when the team role does not allow it.
 */
export async function requireProjectAccess(
  em: EntityManager,
  project: Project,
  user: User,
  intent: Intent,
): Promise<void> {
  if (project.owner.id === user.id || user.role === 'super_admin') return;
  const membership = project.team ? await em.findOne(TeamMember, { team: project.team, user }) : null;
  if (membership && teamRolesFor[intent].includes(membership.role)) return;
  const needed = teamRolesFor[intent].at(-1) ?? 'owner';
  throw new ForbiddenError(
    `This needs the role \`${needed}\` in the team of \`${project.name}\`; ` +
      `yours is \`${membership?.role ?? 'none'}\`. An owner or admin of the team can change it.`,
  );
}

/** Whether a person has the role in the project's team, without a refusal. */
export async function hasProjectAccess(
  em: EntityManager,
  project: Project,
  user: User,
  intent: Intent,
): Promise<boolean> {
  if (project.owner.id === user.id || user.role === 'super_admin') return true;
  const membership = project.team ? await em.findOne(TeamMember, { team: project.team, user }) : null;
  return membership !== null && teamRolesFor[intent].includes(membership.role);
}

/**
 * Whether a person who may change the project may also approve and override: its owner, owners and admins of its
 * team, platform admins.
 */
export async function maySupervise(em: EntityManager, project: Project, user: User): Promise<boolean> {
  if (project.owner.id === user.id || user.role === 'super_admin') return true;
  const membership = project.team ? await em.findOne(TeamMember, { team: project.team, user }) : null;
  if (!membership) return false;
  const { role } = membership;
  return teamRolesFor.manage.includes(role) || (user.role === 'admin' && teamRolesFor.change.includes(role));
}

/** @throws {ForbiddenError} when the person may not. `what` is the subject of the sentence, e.g. `Approving`. */
export async function requireSupervision(em: EntityManager, project: Project, user: User, what: string): Promise<void> {
  if (await maySupervise(em, project, user)) return;
  throw new ForbiddenError(
    `${what} needs the role \`admin\` in the team of \`${project.name}\`, or on the platform as well as membership. ` +
      'Ask an owner or admin of the team.',
  );
}
