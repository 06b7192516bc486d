import type { EntityManager } from '../../../database/database.ts';
import type { Application } from '../../../entities/application.ts';
import type { Deployment } from '../../../entities/deployment.ts';
import type { User } from '../../../entities/user.ts';
import type { Deps } from '../../deps.ts';
import { type Origin, requesterOf } from '../../origin.ts';
import { maySupervise } from '../../access/project-access.ts';
import { requestDeployment } from './request-deployment.ts';

/** Queues a deployment of an earlier deployment's image, without a rebuild. `insist` overrides a lock. */
export async function requestEarlierVersion(
  deps: Deps,
  em: EntityManager,
  { application, earlier, image }: { application: Application; earlier: Deployment; image: string },
  { user, origin, insist = false }: { user: User; origin: Origin; insist?: boolean | undefined },
): Promise<Pick<Deployment, 'id'>> {
  return requestDeployment(deps, em, {
    application,
    commit: earlier.commitSha ?? null,
    ref: earlier.metadata.ref ?? '',
    trigger: 'rollback',
    rollbackOf: { id: earlier.id, image, images: earlier.metadata.images },
    commitTitle: earlier.metadata.commit_title,
    commitAuthor: earlier.metadata.commit_author,
    override: insist && (await maySupervise(em, application.project, user)),
    requestedBy: requesterOf(origin),
    triggeredBy: user,
    origin: { platform: origin.platform, channel: origin.channel },
    traceparent: origin.traceparent,
    audit: origin,
  });
}
