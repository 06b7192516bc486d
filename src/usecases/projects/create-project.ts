import { executeSql } from '../../database/database.ts';
import { Project } from '../../entities/project.ts';
import { Team } from '../../entities/team.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { requireName } from '../resource-name.ts';
import { quoted } from '../../quoted.ts';

export interface ProjectRequest {
  user: User;
  name: string;
  description?: string | undefined;
  /** Name of a team whose members share the project. */
  team?: string | undefined;
  origin: Origin;
}

/**
 * Creates a project owned by the person. Its name is unique in the whole installation, since it is part of the host
 * name of every application in it.
 * @throws {ConflictError} when the name is taken.
 */
export async function createProject(deps: Deps, request: ProjectRequest): Promise<Project> {
  const name = requireName('project', request.name);
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    await executeSql(em, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [`project:${name}`]);
    if (await isTaken(deps, name)) throw new ConflictError(`The project name \`${name}\` is taken. Choose another.`);
    const team = request.team ? await em.findOne(Team, { name: request.team }) : null;
    if (request.team && !team) throw new NotFoundError(`There is no team ${quoted(request.team)} that you see.`);
    const owner = em.getReference(User, request.user.id);
    const project = em.create(Project, { name, owner, team, description: request.description ?? null });
    await em.flush();
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'project.create',
      resourceType: 'project',
      resourceId: project.id,
      details: { name, ...(request.team && { team: request.team }) },
    });
    return project;
  });
}

/** Checked as the system: a project that the person cannot see takes the name too. */
async function isTaken(deps: Deps, name: string): Promise<boolean> {
  return deps.database.asSystem().transactional(async (em) => (await em.count(Project, { name })) > 0);
}
