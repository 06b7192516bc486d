import { Deployment } from '../../../entities/deployment.ts';
import type { User } from '../../../entities/user.ts';
import { ConflictError, NotFoundError, type Offer } from '../../../errors.ts';
import type { Deps } from '../../deps.ts';
import { lockApplicationRow } from '../../applications/lock-application-row.ts';
import { requireCurrent } from '../current-deployment.ts';
import { applicationName, findApplication } from '../../applications/find-application.ts';
import type { Origin } from '../../origin.ts';
import { readRequested } from './read-requested.ts';
import { requestEarlierVersion } from './request-earlier-version.ts';
import { quoted } from '../../../quoted.ts';

export interface RollBackRequest {
  user: User;
  application: string;
  /** Deployment id or prefix, or a commit's; default: the version before the live one. */
  deployment?: string | undefined;
  /** Refuse unless this deployment is live and none is in progress. */
  live?: string | undefined;
  /** Override a lock, if the person may. */
  insist?: boolean | undefined;
  origin: Origin;
}

/**
 * Queues a deployment of an earlier successful deployment's image, without a rebuild.
 * @throws {NotFoundError} when there is no such successful deployment.
 * @throws {ConflictError} when it is already live; {OutdatedError} when `live` is not.
 */
export async function rollBack(deps: Deps, request: RollBackRequest): Promise<Deployment> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, { user: request.user, intent: 'change' });
    await lockApplicationRow(em, application);
    await requireCurrent(em, application, request.live, (current) => offer(applicationName(application), current));
    const successes = await em.find(
      Deployment,
      { application, status: 'success' },
      { orderBy: { completedAt: 'desc' }, limit: 500 },
    );
    const target = pick(successes, request);
    const version = { application, earlier: target, image: recordedImage(target) };
    return readRequested(em, await requestEarlierVersion(deps, em, version, request));
  });
}

function offer(name: string, current: string): Offer {
  return {
    label: 'Roll back',
    command: `rollback ${name} --live ${current}`,
    confirm: `Roll \`${name}\` back to the version before the one that is live now?`,
  };
}

function pick(successes: Deployment[], { application, deployment: wanted }: RollBackRequest): Deployment {
  const [live] = successes;
  if (!live) throw new NotFoundError(`\`${application}\` has no successful deployment to roll back to.`);
  const isLive = (candidate: Deployment) => versionOf(candidate) === versionOf(live);
  if (!wanted) {
    const before = successes.find((candidate) => candidate.metadata.image && !isLive(candidate));
    if (before) return before;
    throw new NotFoundError(
      `\`${application}\` has no earlier version: every successful deployment was of the live version.`,
    );
  }
  const matches = successes.filter(({ id, commitSha }) => id.startsWith(wanted) || commitSha?.startsWith(wanted));
  const [match] = matches;
  if (!match) {
    throw new NotFoundError(
      `No successful deployment of \`${application}\` starts with ${quoted(wanted)}. List them with \`history ${application}\`.`,
    );
  }
  if (match.metadata.image && isLive(match)) {
    throw new ConflictError(`That version is already live. To deploy it again: \`redeploy ${application}\`.`);
  }
  return match;
}

/** Deployments of the same image are one version; for a compose application the commit's file counts too. */
function versionOf({ commitSha, metadata: { image, images } }: Deployment): string {
  return images ? JSON.stringify([commitSha, Object.entries(images).sort()]) : (image ?? '');
}

function recordedImage(deployment: Deployment): string {
  if (deployment.metadata.image) return deployment.metadata.image;
  throw new NotFoundError('That deployment did not record its image. Deploy its commit instead.');
}
