import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { User } from '../../entities/user.ts';
import { Project } from '../../entities/project.ts';
import { Volume } from '../../entities/volume.ts';
import { ConflictError, ForbiddenError } from '../../errors.ts';
import { networkName } from '../../swarm/names.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { findProject } from '../access/find-project.ts';
import { actor, type Origin } from '../origin.ts';
import { allOf } from '../../word-lists.ts';

/**
 * Deletes a project with the history of its archived applications.
 * @throws {ConflictError} while it has unarchived applications, volumes or databases.
 * @throws {ForbiddenError} unless the person owns it.
 */
export async function deleteProject(
  deps: Deps,
  request: { user: User; name: string; origin: Origin },
): Promise<Project> {
  const deleted = await deps.database.asUser(request.user.id).transactional(async (em) => {
    const project = await findProject(em, request.name, { user: request.user, intent: 'manage' });
    const left = await em.find(Application, { project, deletedAt: null }, { orderBy: { name: 'asc' } });
    if (left.length > 0) {
      const names = allOf(left.map((application) => `${project.name}/${application.name}`));
      throw new ConflictError(
        `\`${project.name}\` still has applications: ${names}. Archive them first: \`app archive\`.`,
      );
    }
    await requireNoDatabases(em, project);
    const volumes = await em.find(Volume, { application: { project } }, { orderBy: { name: 'asc' } });
    const [volume] = volumes;
    if (volume) {
      const names = allOf(volumes.map((one) => one.name));
      throw new ConflictError(
        `\`${project.name}\` still has volumes, which keep data: ${names}. ` +
          `Remove them first: \`volume remove ${volume.name}\`.`,
      );
    }
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'project.delete',
      resourceType: 'project',
      resourceId: project.id,
      details: { name: project.name },
    });
    // For anybody but the owner or a super_admin the policy deletes no row.
    const count = await em.nativeDelete(Project, { id: project.id });
    if (count === 0) throw new ForbiddenError(`Only the owner of \`${project.name}\` can delete it.`);
    return project;
  });
  await deps.swarm.removeNetwork(networkName(deleted.name, deleted.id));
  return deleted;
}

async function requireNoDatabases(em: EntityManager, project: Project): Promise<void> {
  const databases = await em.find(ManagedDatabase, { project }, { orderBy: { name: 'asc' } });
  if (databases.length === 0) return;
  if (databases.every(({ variant }) => variant)) {
    throw new ConflictError(`Previews of \`${project.name}\` are being removed. Try again in a minute.`);
  }
  const names = allOf(databases.map((database) => `${project.name}/${database.name}`));
  throw new ConflictError(`\`${project.name}\` still has databases: ${names}. Delete them first: \`db delete\`.`);
}
