import type { EntityManager } from '../../database/database.ts';
import { Project } from '../../entities/project.ts';
import { Team } from '../../entities/team.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, ForbiddenError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { findProject } from '../access/find-project.ts';
import { findUser } from '../access/find-user.ts';
import { findTeam } from '../access/find-team.ts';
import { actor, type Origin } from '../origin.ts';

interface ProjectChange {
  user: User;
  project: string;
  origin: Origin;
}

/**
 * Transfers a project to another owner. It stays shared with its team.
 * @throws {ForbiddenError} unless the person owns it or is a super_admin.
 */
export async function transferProject(deps: Deps, request: ProjectChange & { username: string }): Promise<Project> {
  const { project, owner } = await deps.database.asUser(request.user.id).transactional(async (em) => {
    const found = await findOwned(em, request);
    return { project: found, owner: await findUser(em, request.username) };
  });
  if (owner.id === project.owner.id) throw new ConflictError(`\`${owner.username}\` owns \`${project.name}\` already.`);
  // As the system: the policies would not let the previous owner write a project they no longer own.
  return deps.database.asSystem().transactional(async (em) => {
    const changed = await em.nativeUpdate(Project, { id: project.id, owner: project.owner.id }, { owner: owner.id });
    if (changed === 0)
      throw new ConflictError(`Somebody else just changed \`${project.name}\`. Check it and try again.`);
    await recordProjectChange(em, request, project, 'project.transfer', {
      before: { owner: project.owner.username },
      after: { owner: owner.username },
    });
    return em.findOneOrFail(Project, project.id, { populate: ['owner', 'team'] });
  });
}

/** Shares a project with a team, or with none (undefined). @throws {ForbiddenError} unless the person owns it. */
export async function shareProject(
  deps: Deps,
  request: ProjectChange & { team: string | undefined },
): Promise<{ project: Project; before: string | undefined }> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const project = await findOwned(em, request);
    const before = project.team?.name;
    const team = request.team === undefined ? null : await findTeam(em, request.team);
    project.team = team && em.getReference(Team, team.id);
    await em.flush();
    await recordProjectChange(em, request, project, 'project.team', {
      before: { team: before ?? null },
      after: { team: team?.name ?? null },
    });
    return { project, before };
  });
}

async function findOwned(em: EntityManager, { project: name, user }: ProjectChange): Promise<Project> {
  const project = await findProject(em, name);
  if (project.owner.id === user.id || user.role === 'super_admin') return project;
  throw new ForbiddenError(
    `\`${project.name}\` belongs to \`${project.owner.username}\`: only they or a super_admin can transfer it.`,
  );
}

async function recordProjectChange(
  em: EntityManager,
  { user, origin }: ProjectChange,
  project: Project,
  action: string,
  details: Record<string, unknown>,
): Promise<void> {
  await recordAudit(em, {
    ...actor(user, origin),
    action,
    resourceType: 'project',
    resourceId: project.id,
    details: { name: project.name, ...details },
  });
}
