import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Domain } from '../../entities/domain.ts';
import type { Project } from '../../entities/project.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import { type Intent, requireProjectAccess } from '../access/project-access.ts';
import { didYouMean } from '../../closest-name.ts';
import { requireDomain } from './domain-name.ts';
import { quoted } from '../../quoted.ts';

/**
 * Finds a domain among those visible to `em`; its project and redirect target are loaded.
 * With `access`, also checks the person's role in the project's team.
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
    if (access) await requireProjectAccess(em, projectOf(domain), access.user, access.intent);
    return domain;
  }
  const names = (await em.find(Domain, {}, { limit: 1_000 })).map((one) => one.domain);
  const hint = didYouMean(name, names, '`domain list` shows those you see.');
  throw new NotFoundError(`There is no domain ${quoted(name)}. ${hint}`);
}

/** The project of a domain that people see: only Shipmate's own has none. */
export function projectOf({ domain, project }: Domain): Project {
  if (project) return project;
  throw new Error(`the domain ${domain} belongs to no project`);
}

/** The application that it routes to; its project is loaded. */
export async function applicationOf(em: EntityManager, { targetId }: Domain): Promise<Application> {
  return em.findOneOrFail(Application, targetId, { populate: ['project'] });
}
