import { executeSql, type EntityManager } from '../../database/database.ts';
import { Deployment, isFinished } from '../../entities/deployment.ts';
import { Preview } from '../../entities/preview.ts';
import { ConflictError } from '../../errors.ts';
import { findGitSource, gitRemote } from '../applications/application-environment.ts';
import { cancelChannel, changeDeployment } from '../deployments/deployment-state.ts';
import { requestDeployment } from '../deployments/request/request-deployment.ts';
import type { Deps } from '../deps.ts';
import { watchesAnyOf } from '../pushes/push-decision.ts';
import { waitForLease } from '../wait-for-lease.ts';
import { keepOneMessage } from './keep-one-message.ts';
import type { Labelled } from './preview-jobs.ts';
import { callWaiting, lacksPlace } from './preview-places.ts';
import { approveByLabel, isFromOutside, learnMembership } from './preview-trust.ts';
import { ensureVariant } from './preview-variant.ts';
import { removePreview } from './remove-preview.ts';

/** Limit for what git is asked about a request, milliseconds. */
const gitMs = 60_000;

export interface SettleRequest {
  previewId: string;
  labelled?: Labelled | undefined;
  /** Deploys the head although it has been deployed (default false). */
  again?: boolean | undefined;
}

/**
 * Brings a preview to what its row says: deploys its head, once, lets it wait for approval or for a place, or removes
 * everything of it. May run any number of times.
 * @returns what became of it, in a word or two.
 */
export async function settlePreview(deps: Deps, request: SettleRequest, signal: AbortSignal): Promise<string> {
  const { previewId } = request;
  const lease = await waitForLease(deps, `preview:${previewId}`, signal);
  try {
    const em = deps.database.asSystem();
    const populate = ['application.project', 'variant.project'] as const;
    const preview = await em.findOne(Preview, previewId, { populate });
    if (!preview) return 'gone already';
    const { application } = preview;
    if (preview.state !== 'closed') {
      const ended = whyEnded(preview);
      if (ended === undefined) return await open(deps, em, preview, request, AbortSignal.any([signal, lease.lost]));
      em.assign(preview, { state: 'closed', reason: ended });
      await em.flush();
    }
    await removePreview(deps, preview, signal);
    await callWaiting(deps, application.project.id);
    return 'removed';
  } finally {
    await lease.release();
  }
}

function whyEnded({ application }: Preview): string | undefined {
  if (application.deletedAt) return 'the application is archived';
  return application.sourceConfig.previews ? undefined : 'previews are off';
}

async function open(
  deps: Deps,
  em: EntityManager,
  preview: Preview,
  { again = false, labelled }: SettleRequest,
  signal: AbortSignal,
): Promise<string> {
  if (!(await completeHead(deps, em, preview, signal))) return 'waits for the event of a newer commit';
  await learnMembership(deps, em, preview);
  if (labelled) await approveByLabel(deps, em, preview, labelled);
  if (!preview.variant && !(await isWatched(deps, em, preview, signal))) {
    em.assign(preview, { state: 'closed', reason: 'no watched path changed' });
    await em.flush();
    return 'no watched path changed';
  }
  try {
    return await claim(deps, preview.id, again);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    em.assign(preview, { state: 'closed', reason: error.message });
    await em.flush();
    return error.message;
  }
}

/**
 * Takes a place and requests the deployment of the head in one transaction, one preview of a project after the other,
 * so that no limit is exceeded.
 */
async function claim(deps: Deps, id: string, again: boolean): Promise<string> {
  return deps.database.asSystem().transactional(async (em) => {
    const populate = ['application.project', 'variant.project'] as const;
    const preview = await em.findOneOrFail(Preview, id, { populate });
    const { project } = preview.application;
    await executeSql(em, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [`previews:${project.id}`]);
    await em.refresh(preview, { populate });
    if (preview.state === 'closed') return 'closed meanwhile';
    const lack = await lacksPlace(em, preview);
    em.assign(preview, { state: lack === undefined ? 'open' : 'waiting', reason: lack ?? null });
    await em.flush();
    if (lack !== undefined) return `waits: ${lack}`;
    const { isNew, variant } = await ensureVariant(em, preview);
    const [newest] = await em.find(
      Deployment,
      { application: variant },
      { orderBy: { startedAt: 'desc' }, limit: 1, populate: ['application'] },
    );
    const isUnderWay = newest !== undefined && !isFinished(newest);
    if (!isNew && newest && isDone(preview, newest) && (!again || isUnderWay)) return 'its head has a deployment';
    await deploy(deps, em, preview, { newest, force: again && !isNew && newest?.commitSha === preview.commitSha });
    return needsApproval(preview) ? 'waits for approval' : 'deploying';
  });
}

function needsApproval(preview: Preview): boolean {
  return isFromOutside(preview) && preview.approvedSha !== preview.commitSha;
}

/** Whether the newest deployment is of the head, and has not been waiting for an approval that is there now. */
function isDone(preview: Preview, { commitSha, metadata }: Deployment): boolean {
  if (commitSha !== preview.commitSha) return false;
  return metadata.approval === undefined || metadata.approval.state === 'approved' || needsApproval(preview);
}

async function deploy(
  deps: Deps,
  em: EntityManager,
  preview: Preview,
  { force, newest }: { force: boolean; newest: Deployment | undefined },
): Promise<void> {
  const { application, author, commitSha, number, ref, title, variant } = preview;
  if (!variant) throw new Error(`preview ${preview.id} has no application`);
  const source = await findGitSource(em, application);
  // What is built of a former head is of no use.
  if (newest?.status === 'building') {
    await changeDeployment(deps, em, newest.id, { metadata: { cancel_requested_by: 'a newer commit' } });
    await deps.database.notify(em, cancelChannel, newest.id);
  }
  const requested = await requestDeployment(deps, em, {
    application: variant,
    commit: commitSha,
    ref,
    trigger: 'push',
    requestedBy: `${author ?? 'somebody'} (${source?.provider ?? 'git'})`,
    commitTitle: title ?? undefined,
    needsApproval: needsApproval(preview),
    force,
    // A lock or a freeze is about the application itself.
    override: true,
    auditDetails: { kind: 'preview', request: number },
  });
  await keepOneMessage(em, variant.id, requested.id);
}

/** Git completes an abbreviated head; false when the branch has moved on. */
async function completeHead(deps: Deps, em: EntityManager, preview: Preview, signal: AbortSignal): Promise<boolean> {
  const { branch, commitSha } = preview;
  if (commitSha.length === 40) return true;
  const remote = await remoteOf(deps, em, preview);
  if (!remote) return false;
  const { commit } = await deps.git.resolve(remote, branch, within(signal));
  if (!commit.startsWith(commitSha)) return false;
  preview.commitSha = commit;
  await em.flush();
  return true;
}

/** As for pushes: what nobody knows counts as watched. */
async function isWatched(deps: Deps, em: EntityManager, preview: Preview, signal: AbortSignal): Promise<boolean> {
  const globs = preview.application.sourceConfig.watch_paths ?? [];
  if (globs.length === 0) return true;
  const from = (await findGitSource(em, preview.application))?.commitSha;
  if (!from) return true;
  try {
    const remote = await remoteOf(deps, em, preview);
    if (!remote) return true;
    const paths = await deps.git.changedPaths(remote, from, preview.commitSha, within(signal));
    return paths === undefined || (await watchesAnyOf(globs, paths));
  } catch (error) {
    signal.throwIfAborted();
    deps.logger.warn({ err: error, previewId: preview.id }, 'git did not tell which paths a request changes');
    return true;
  }
}

async function remoteOf(deps: Deps, em: EntityManager, { application, cloneUrl }: Preview) {
  if (cloneUrl) return { url: cloneUrl };
  return gitRemote(deps, application, await findGitSource(em, application));
}

function within(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(gitMs)]);
}
