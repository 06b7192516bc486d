import type { EntityManager } from '../../../database/database.ts';
import type { Application } from '../../../entities/application.ts';
import { Deployment, isFinished } from '../../../entities/deployment.ts';
import type { User } from '../../../entities/user.ts';
import { ConflictError } from '../../../errors.ts';
import { applicationName, findApplication } from '../../applications/find-application.ts';
import { lockApplicationRow } from '../../applications/lock-application-row.ts';
import type { Deps } from '../../deps.ts';
import { type Origin, requesterOf } from '../../origin.ts';
import { findDeploymentOf, requireCurrent, versionOf } from '../current-deployment.ts';
import { deployApplication } from './deploy-application.ts';
import { readRequested } from './read-requested.ts';
import { requestDeployment } from './request-deployment.ts';
import { requestEarlierVersion } from './request-earlier-version.ts';

export interface RetryRequest {
  user: User;
  application: string;
  /** Id of the deployment to repeat, or its beginning. */
  deployment: string;
  /** Refuse unless this deployment is live and none is in progress; `none`: nothing is. */
  live?: string | undefined;
  /** Override a lock or freeze, if the person may. */
  insist?: boolean | undefined;
  origin: Origin;
}

/**
 * Queues what a deployment tried: the same rollback, the same promoted image, or the same commit or image reference.
 * @throws {OutdatedError} when `live` is not; {ConflictError} while the deployment is in progress.
 */
export async function retryDeployment(deps: Deps, request: RetryRequest): Promise<Deployment> {
  const { user, origin, insist } = request;
  const { earlier, name, queued } = await deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, { user, intent: 'change' });
    await lockApplicationRow(em, application);
    const found = await findDeploymentOf(em, application, request.deployment);
    await requireRetry(em, application, found, request);
    const made = await requestImage(deps, em, found, request);
    return { earlier: found, name: applicationName(application), queued: made && (await readRequested(em, made)) };
  });
  if (queued) return queued;
  const { commitSha, metadata } = earlier;
  const version = { ref: commitSha ?? metadata.ref, resolvedFrom: metadata.ref };
  return deployApplication(deps, { user, application: name, ...version, force: true, insist, origin });
}

async function requireRetry(
  em: EntityManager,
  application: Application,
  earlier: Deployment,
  { live }: RetryRequest,
): Promise<void> {
  const name = applicationName(application);
  if (!isFinished(earlier)) throw new ConflictError(`Deployment ${versionOf(earlier)} of \`${name}\` is in progress.`);
  await requireCurrent(em, application, live, (current) => ({
    label: `Retry ${earlier.id.slice(0, 8)}`,
    command: `redeploy ${name} --deployment ${earlier.id.slice(0, 8)} --live ${current}`,
    confirm: `Deploy ${versionOf(earlier)} to \`${name}\` instead?`,
  }));
}

/** A rollback and a promotion have an image already. */
async function requestImage(
  deps: Deps,
  em: EntityManager,
  earlier: Deployment,
  { user, origin, insist }: RetryRequest,
): Promise<Pick<Deployment, 'id'> | undefined> {
  const { application, metadata } = earlier;
  const { image, images, promoted_from: promotedFrom, rollback_of: target } = metadata;
  if (image === undefined) return undefined;
  if (target !== undefined) {
    const earlierVersion = await em.findOne(Deployment, target);
    return requestEarlierVersion(
      deps,
      em,
      { application, earlier: earlierVersion ?? earlier, image },
      { user, origin, insist },
    );
  }
  if (!promotedFrom) return undefined;
  return requestDeployment(deps, em, {
    application,
    commit: earlier.commitSha ?? null,
    ref: metadata.ref ?? '',
    trigger: 'promote',
    promotedFrom,
    promotedImage: image,
    promotedImages: images,
    commitTitle: metadata.commit_title,
    commitAuthor: metadata.commit_author,
    range: metadata.range,
    requestedBy: requesterOf(origin),
    triggeredBy: user,
    origin: { platform: origin.platform, channel: origin.channel },
    traceparent: origin.traceparent,
    audit: origin,
  });
}
