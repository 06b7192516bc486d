import { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { Project } from '../../entities/project.ts';
import { ForbiddenError } from '../../errors.ts';
import { networkName } from '../../swarm/names.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { findProject } from '../access/find-project.ts';
import { deleteDatabase } from '../databases/delete-database.ts';
import { deleteApplication } from '../lifecycle/delete-application.ts';
import { enqueueRemovalOf } from '../lifecycle/removal-job.ts';
import { actor, type Origin } from '../origin.ts';
import { type ProjectContents, readContents, requireEmpty, requireNothingInProgress } from './project-contents.ts';

export interface DeletedProject {
  name: string;
  /** What was deleted with it, when all was to be. */
  contents: ProjectContents;
}

interface DeleteProject {
  user: User;
  name: string;
  origin: Origin;
  /** Deletes what it has first, data and backups included. */
  all: boolean;
}

/**
 * Deletes a project with the history of its archived applications.
 * @throws {ConflictError} while it has applications in service, volumes or databases, unless all is to go.
 * @throws {ForbiddenError} unless the person owns it.
 */
export async function deleteProject(deps: Deps, request: DeleteProject): Promise<DeletedProject> {
  const contents = request.all ? await deleteContents(deps, request) : { applications: [], databases: [], volumes: [] };
  const deleted = await deps.database.asUser(request.user.id).transactional(async (em) => {
    const project = await findProject(em, request.name, { user: request.user, intent: 'manage' });
    requireEmpty(project, await readContents(em, project));
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'project.delete',
      resourceType: 'project',
      resourceId: project.id,
      details: { name: project.name, ...(request.all && { ...contents }) },
    });
    const archived = await em.find(Application, { project });
    // For anybody but the owner or a super_admin the policy deletes no row.
    const count = await em.nativeDelete(Project, { id: project.id });
    if (count === 0) throw notTheOwner(project);
    for (const { id } of archived) await enqueueRemovalOf(deps, em, id);
    return project;
  });
  await deps.swarm.removeNetwork(networkName(deleted.name, deleted.id));
  return { name: deleted.name, contents };
}

/** One after the other, each in its own transaction: what is interrupted is continued by the same line. */
async function deleteContents(deps: Deps, { name, origin, user }: DeleteProject): Promise<ProjectContents> {
  const contents = await deps.database.asUser(user.id).transactional(async (em) => {
    const project = await findProject(em, name, { user, intent: 'manage' });
    if (project.owner.id !== user.id && user.role !== 'super_admin') throw notTheOwner(project);
    await requireNothingInProgress(em, project);
    return readContents(em, project);
  });
  for (const application of contents.applications) {
    await deleteApplication(deps, { user, origin, application, now: true, data: true });
  }
  for (const application of new Set(contents.volumes.map((volume) => volume.application))) {
    await deleteApplication(deps, { user, origin, application, now: false, data: true });
  }
  for (const database of contents.databases) {
    await deleteDatabase(deps, { user, origin, name: database, data: true, backups: true });
  }
  return contents;
}

function notTheOwner({ name }: Project): ForbiddenError {
  return new ForbiddenError(`Only the owner of \`${name}\` can delete it.`);
}
