import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Domain } from '../../entities/domain.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import { type Intent, requireProjectAccess } from '../access/project-access.ts';
import { didYouMean } from '../closest-name.ts';
import { requireDomain } from './domain-name.ts';
import { quoted } from '../../quoted.ts';

/**
 * The domain among those that the context of `em` sees; its project and where it redirects to are loaded.
 * `access` holds the person to their role in the project's team.
 * @throws {NotFoundError} with the nearest one.
 */
export async function findDomain(
  em: EntityManager,
  given: string,
  access?: { user: User; intent: Intent },
): Promise<Domain> {
  const name = requireDomain(given);
  const domain = await em.findOne(
    Domain,
    { domain: name },
    { populate: ['project.owner', 'project.team', 'redirectTo'] },
  );
  if (domain) {
    if (access) await requireProjectAccess(em, domain.project, access.user, access.intent);
    return domain;
  }
  const names = (await em.find(Domain, {}, { limit: 1_000 })).map((one) => one.domain);
  const hint = didYouMean(name, names, '`domain list` shows those you see.');
  throw new NotFoundError(`There is no domain ${quoted(name)}. ${hint}`);
}

/** The application that it leads to; its project is loaded. */
export async function applicationOf(em: EntityManager, { targetId }: Domain): Promise<Application> {
  return em.findOneOrFail(Application, targetId, { populate: ['project'] });
}
