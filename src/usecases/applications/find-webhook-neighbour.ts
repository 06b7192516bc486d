import type { Application } from '../../entities/application.ts';
import { GitSource } from '../../entities/git-source.ts';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';
import { applicationName } from './find-application.ts';

/**
 * The longest-standing other application of the project with the same repository: the webhook that was added for it serves
 * this one too. Undefined when there is none.
 * @returns its name, e.g. `shop/web`.
 */
export async function findWebhookNeighbour(
  { database }: Pick<Deps, 'database'>,
  user: User,
  { id, project }: Application,
): Promise<string | undefined> {
  const em = database.asUser(user.id);
  const own = await em.findOne(GitSource, { application: id });
  if (!own?.provider) return undefined;
  const neighbour = await em.findOne(
    GitSource,
    {
      provider: own.provider,
      repository: own.repository,
      application: { id: { $ne: id }, project: project.id, deletedAt: null },
    },
    { populate: ['application.project'], orderBy: { application: { createdAt: 'asc' } } },
  );
  return neighbour ? applicationName(neighbour.application) : undefined;
}
