import type { EntityManager } from '../database/database.ts';
import { Application } from '../entities/application.ts';
import { Deployment } from '../entities/deployment.ts';
import type { User } from '../entities/user.ts';
import { ConflictError, NotFoundError, UsageError } from '../errors.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import { applicationName } from './find-application.ts';
import { actor, type Origin } from './origin.ts';
import { requireProjectAccess } from './project-access.ts';
import { requestEarlierVersion } from './request-earlier-version.ts';
import { requireName } from './resource-name.ts';

export interface RestoreRequest {
  user: User;
  /** `project/app` of an archived application. */
  application: string;
  /** A name to bring it back under, when another application has taken its own. */
  as?: string | undefined;
  origin: Origin;
}

export interface Restored {
  application: Application;
  /** Brings its service back; undefined when no successful deployment recorded its image. */
  deployment: Pick<Deployment, 'id'> | undefined;
}

/**
 * Brings back the application of that name that was archived last, and queues a deployment of the version that was
 * live then.
 * @throws {NotFoundError} when none is archived; {ConflictError} when its name is taken.
 */
export async function restoreApplication(deps: Deps, request: RestoreRequest): Promise<Restored> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const application = await findArchived(em, request.application);
    await requireProjectAccess(em, application.project, request.user, 'manage');
    const before = applicationName(application);
    const name = request.as === undefined ? application.name : requireName('application', request.as);
    if ((await em.count(Application, { project: application.project, name, deletedAt: null })) > 0) {
      throw new ConflictError(
        `\`${application.project.name}/${name}\` is another application by now. ` +
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
    return { application, deployment: await bringBack(deps, em, application, request) };
  });
}

async function findArchived(em: EntityManager, name: string): Promise<Application> {
  const [project = '', app, ...more] = name.trim().toLowerCase().split('/');
  if (!app || more.length > 0) throw new UsageError('Name it in full, e.g. `app restore shop/api`.');
  const [application] = await em.find(
    Application,
    { name: app, project: { name: project }, deletedAt: { $ne: null } },
    { populate: ['project'], orderBy: { deletedAt: 'desc' }, limit: 1 },
  );
  if (application) return application;
  throw new NotFoundError(
    `No archived application is called \`${name}\`. \`app list --archived\` shows which there are.`,
  );
}

async function bringBack(
  deps: Deps,
  em: EntityManager,
  application: Application,
  request: RestoreRequest,
): Promise<Pick<Deployment, 'id'> | undefined> {
  const newest = { orderBy: { startedAt: 'desc' }, limit: 1 } as const;
  const [earlier] = await em.find(Deployment, { application, status: 'success' }, newest);
  const image = earlier?.metadata.image;
  if (!earlier || !image) return undefined;
  return requestEarlierVersion(deps, em, { application, earlier, image }, request);
}
