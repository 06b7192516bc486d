import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError, UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';
import { requireProjectAccess } from '../access/project-access.ts';

/**
 * The most recently archived application of that name, which the person manages.
 * @param command What asks for it, for the example in a refusal.
 * @throws {NotFoundError} when none is archived.
 */
export async function findArchived(
  em: EntityManager,
  name: string,
  { command, user }: { command: 'app delete' | 'app restore'; user: User },
): Promise<Application> {
  const [project = '', app, ...more] = name.trim().toLowerCase().split('/');
  if (!app || more.length > 0) throw new UsageError(`Use the full name, e.g. \`${command} shop/api\`.`);
  const [application] = await em.find(
    Application,
    { name: app, project: { name: project }, deletedAt: { $ne: null }, previewOf: null },
    { populate: ['project'], orderBy: { deletedAt: 'desc' }, limit: 1 },
  );
  if (!application) {
    throw new NotFoundError(`No archived application is called ${quoted(name)}. \`app list --archived\` lists them.`);
  }
  await requireProjectAccess(em, application.project, user, 'manage');
  return application;
}
