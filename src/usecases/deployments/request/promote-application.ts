import type { Application } from '../../../entities/application.ts';
import type { Deployment } from '../../../entities/deployment.ts';
import { GitSource } from '../../../entities/git-source.ts';
import type { User } from '../../../entities/user.ts';
import { ConflictError, NotFoundError, UserError } from '../../../errors.ts';
import { readableRemote } from '../../applications/application-environment.ts';
import { readRange } from '../commit-range.ts';
import type { Deps } from '../../deps.ts';
import { applicationName, findApplication } from '../../applications/find-application.ts';
import { findLive } from '../live-deployment.ts';
import { type Origin, requesterOf } from '../../origin.ts';
import { readRequested } from './read-requested.ts';
import { requestDeployment } from './request-deployment.ts';

/** Limit for reading the commit range, milliseconds; only approvers see it. */
const rangeMs = 10_000;

export interface PromoteRequest {
  user: User;
  /** Both as `project/app`, or `app` when unambiguous; the projects may differ if the person may change both. */
  from: string;
  to: string;
  origin: Origin;
}

/**
 * Queues a deployment of the exact image that is live in another application, without a rebuild.
 * @throws {NotFoundError} when nothing is live there; {ConflictError} when both are the same.
 */
export async function promoteApplication(deps: Deps, request: PromoteRequest): Promise<Deployment> {
  const { user, origin } = request;
  const access = { user, intent: 'change' } as const;
  const { from, to, live, range } = await prepare(deps, request);
  return deps.database.asUser(user.id).transactional(async (em) => {
    const target = await findApplication(em, applicationName(to), access);
    const requested = await requestDeployment(deps, em, {
      application: target,
      commit: live.commitSha ?? null,
      ref: live.metadata.ref ?? '',
      trigger: 'promote',
      promotedFrom: { deployment: live.id, application: applicationName(from) },
      promotedImage: live.metadata.image,
      promotedImages: live.metadata.images,
      commitTitle: live.metadata.commit_title,
      commitAuthor: live.metadata.commit_author,
      range,
      requestedBy: requesterOf(origin),
      triggeredBy: user,
      origin: { platform: origin.platform, channel: origin.channel },
      traceparent: origin.traceparent,
      audit: origin,
      auditDetails: { promoted_from: applicationName(from), image: live.metadata.image },
    });
    return readRequested(em, requested);
  });
}

/** Before any transaction that locks a row, since git may be slow. */
async function prepare(deps: Deps, { user, ...names }: PromoteRequest) {
  const access = { user, intent: 'change' } as const;
  const found = await deps.database.asUser(user.id).transactional(async (em) => {
    const from = await findApplication(em, names.from, access);
    const to = await findApplication(em, names.to, access);
    if (from.id === to.id) throw new ConflictError('Both are the same application. To rebuild it: `redeploy`.');
    requireSameKind(from, to);
    const live = await findLive(em, from);
    if (!live) {
      throw new NotFoundError(`Nothing is live in \`${applicationName(from)}\`: \`deploy ${applicationName(from)}\`.`);
    }
    if (!live.metadata.image)
      throw new UserError('The live version did not record its image. Deploy that application again first.');
    const source = await em.findOne(GitSource, { application: to });
    return { from, to, live, source, liveThere: await findLive(em, to) };
  });
  return { ...found, range: await promotedCommits(deps, found) };
}

/** A compose application's services come from its repository, so both need the same one. */
function requireSameKind(from: Application, to: Application): void {
  if (from.type !== 'compose' && to.type !== 'compose') return;
  if (from.type === to.type && from.sourceConfig.repository === to.sourceConfig.repository) return;
  throw new ConflictError(
    `\`${applicationName(from)}\` and \`${applicationName(to)}\` are not compose applications from one repository, ` +
      'so a version of one cannot be deployed to the other.',
  );
}

async function promotedCommits(
  deps: Deps,
  {
    to,
    live,
    source,
    liveThere,
  }: { to: Application; live: Deployment; source: GitSource | null; liveThere: Deployment | undefined },
) {
  if (!to.sourceConfig.protected || !live.commitSha) return undefined;
  return readRange(deps, {
    application: to,
    remote: await readableRemote(deps, to, source),
    from: liveThere?.commitSha ?? undefined,
    to: live.commitSha,
    signal: AbortSignal.timeout(rangeMs),
  });
}
