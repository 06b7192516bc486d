import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import type { Deployment } from '../../entities/deployment.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import { DeploymentHeldError } from '../deployments/hold/deployment-hold.ts';
import type { Deps } from '../deps.ts';
import { applicationName } from '../applications/find-application.ts';
import { findLive } from '../deployments/live-deployment.ts';
import { actor, type Origin } from '../origin.ts';
import { requestEarlierVersion } from '../deployments/request/request-earlier-version.ts';
import { requireName } from '../resource-name.ts';
import { findArchived } from './find-archived.ts';

export interface RestoreRequest {
  user: User;
  /** `project/app` of an archived application. */
  application: string;
  /** New name, when another application has taken its old one. */
  as?: string | undefined;
  origin: Origin;
}

export interface Restored {
  application: Application;
  /** Deployment that restores its service; undefined when no successful deployment recorded its image. */
  deployment: Pick<Deployment, 'id'> | undefined;
  /** Why the deployment was not queued, so the service is not restored. */
  held?: string;
}

/**
 * Restores the most recently archived application of that name, and queues a deployment of the version that was live
 * then.
 * @throws {NotFoundError} when none is archived; {ConflictError} when its name is taken.
 */
export async function restoreApplication(deps: Deps, request: RestoreRequest): Promise<Restored> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const application = await findArchived(em, request.application, { user: request.user, command: 'app restore' });
    const before = applicationName(application);
    const name = request.as === undefined ? application.name : requireName('application', request.as);
    if ((await em.count(Application, { project: application.project, name, deletedAt: null })) > 0) {
      throw new ConflictError(
        `\`${application.project.name}/${name}\` now names another application. ` +
          `Choose a name: \`app restore ${before} --as ${name}-restored\`.`,
      );
    }
    em.assign(application, { name, deletedAt: null, status: 'stopped' });
    await em.flush();
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'application.restore',
      resourceType: 'application',
      resourceId: application.id,
      details: {
        before: { name: before, status: 'archived' },
        after: { name: applicationName(application), status: 'stopped' },
      },
    });
    return { application, ...(await bringBack(deps, em, application, request)) };
  });
}

/** A lock survives archiving; it blocks the service, but not the restore itself. */
async function bringBack(
  deps: Deps,
  em: EntityManager,
  application: Application,
  request: RestoreRequest,
): Promise<Pick<Restored, 'deployment' | 'held'>> {
  const earlier = await findLive(em, application);
  const image = earlier?.metadata.image;
  if (!earlier || !image) return { deployment: undefined };
  try {
    return { deployment: await requestEarlierVersion(deps, em, { application, earlier, image }, request) };
  } catch (error) {
    if (!(error instanceof DeploymentHeldError)) throw error;
    return { deployment: undefined, held: error.message };
  }
}
