import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Domain } from '../../entities/domain.ts';
import { NotFoundError } from '../../errors.ts';
import { closestName } from '../closest-name.ts';
import { requireDomain } from './domain-name.ts';

/**
 * The domain among those that the context of `em` sees; its project and where it redirects to are loaded.
 * @throws {NotFoundError} with the nearest one.
 */
export async function findDomain(em: EntityManager, given: string): Promise<Domain> {
  const name = requireDomain(given);
  const domain = await em.findOne(
    Domain,
    { domain: name },
    { populate: ['project.owner', 'project.team', 'redirectTo'] },
  );
  if (domain) return domain;
  const names = (await em.find(Domain, {}, { limit: 1_000 })).map((one) => one.domain);
  const suggestion = closestName(name, names);
  const hint = suggestion ? `Did you mean \`${suggestion}\`?` : '`domain list` shows those you see.';
  throw new NotFoundError(`There is no domain \`${name}\`. ${hint}`);
}

/** The application that it leads to; its project is loaded. */
export async function applicationOf(em: EntityManager, { targetId }: Domain): Promise<Application> {
  return em.findOneOrFail(Application, targetId, { populate: ['project'] });
}
