import type { EntityManager } from '../database/database.ts';
import type { Application } from '../entities/application.ts';
import { AuditLog } from '../entities/audit-log.ts';
import { Deployment } from '../entities/deployment.ts';
import { User } from '../entities/user.ts';
import { NotFoundError } from '../errors.ts';
import type { Deps } from './deps.ts';
import { findApplication } from './find-application.ts';

export interface AuditFilter {
  /** Username of who acted. */
  username?: string | undefined;
  application?: string | undefined;
  since?: Date | undefined;
  limit: number;
}

/** The newest entries first, as far as the person may see them. */
export async function readAudit(deps: Deps, user: User, filter: AuditFilter): Promise<AuditLog[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = filter.application ? await findApplication(em, filter.application) : undefined;
    const by = filter.username ? await em.findOne(User, { username: filter.username.toLowerCase() }) : undefined;
    if (by === null) throw new NotFoundError(`There is no user \`${filter.username}\`.`);
    return em.find(
      AuditLog,
      {
        ...(by && { user: by }),
        ...(application && { resourceId: { $in: [application.id, ...(await deploymentIds(em, application))] } }),
        ...(filter.since && { createdAt: { $gte: filter.since } }),
      },
      { orderBy: { createdAt: 'desc', id: 'desc' }, limit: filter.limit, populate: ['user'] },
    );
  });
}

async function deploymentIds(em: EntityManager, application: Application): Promise<string[]> {
  const newest = { orderBy: { startedAt: 'desc' }, limit: 1_000, fields: ['id'] } as const;
  return (await em.find(Deployment, { application }, newest)).map((deployment) => deployment.id);
}
