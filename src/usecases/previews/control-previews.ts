import { type EntityManager, LockMode } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import { Preview } from '../../entities/preview.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, NotFoundError, OutdatedError } from '../../errors.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin, requesterOf } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { enqueueSettling } from './preview-jobs.ts';

export interface PreviewRequest {
  user: User;
  application: string;
  /** The request's number at the git host. */
  number: number;
  origin: Origin;
}

export interface ControlledPreview {
  application: Application;
  preview: Preview;
}

/**
 * Deploys the head of a request again, brings its closed preview back, or lets a head from outside run. Whoever may
 * change the application approves; a later commit needs approval again.
 * @param request.commit Refuse when the head is another one by now: only what was looked at is approved.
 */
export async function openPreview(
  deps: Deps,
  request: PreviewRequest & { commit?: string | undefined },
): Promise<ControlledPreview> {
  return change(deps, request, 'open', async (em, { application, preview }) => {
    const name = applicationName(application);
    if (!application.sourceConfig.previews) {
      throw new ConflictError(`\`${name}\` has no previews. To switch them on: \`app set ${name} previews=on\`.`);
    }
    requireHead(name, preview, request.commit);
    const by = em.getReference(User, request.user.id);
    em.assign(preview, { state: 'open', reason: null, approvedSha: preview.commitSha, approvedBy: by });
    await em.flush();
    await enqueueSettling(deps, preview.id, em, { again: true });
    return { commit_sha: preview.commitSha };
  });
}

/** Removes a preview with everything of it; a new commit of the request brings it back. */
export async function closePreview(deps: Deps, request: PreviewRequest): Promise<ControlledPreview> {
  return change(deps, request, 'close', async (em, { application, preview }) => {
    if (preview.state === 'closed') {
      const again = `preview open ${applicationName(application)} ${preview.number}`;
      throw new ConflictError(
        `The preview is closed already: ${preview.reason ?? ''}. To bring it back: \`${again}\`.`,
      );
    }
    em.assign(preview, { state: 'closed', reason: `closed by ${requesterOf(request.origin)}`, pinned: false });
    await em.flush();
    await enqueueSettling(deps, preview.id, em);
    return {};
  });
}

/** Keeps a preview however long nothing happens to it, or no longer. */
export async function pinPreview(
  deps: Deps,
  request: PreviewRequest & { pinned: boolean },
): Promise<ControlledPreview> {
  return change(deps, request, 'pin', async (em, { preview }) => {
    if (preview.state === 'closed') throw new ConflictError('The preview is closed, so there is nothing to keep.');
    preview.pinned = request.pinned;
    await em.flush();
    return { pinned: request.pinned };
  });
}

async function change(
  deps: Deps,
  { application: name, number, origin, user }: PreviewRequest,
  verb: 'open' | 'close' | 'pin',
  apply: (em: EntityManager, found: ControlledPreview) => Promise<Record<string, unknown>>,
): Promise<ControlledPreview> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, name, { user, intent: 'change' });
    const preview = await em.findOne(Preview, { application, number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!preview) throw unknownRequest(application, number);
    preview.activeAt = new Date();
    const details = await apply(em, { application, preview });
    await recordAudit(em, {
      ...actor(user, origin),
      action: `preview.${verb}`,
      resourceType: 'application',
      resourceId: application.id,
      details: { kind: 'preview', application: applicationName(application), request: number, ...details },
    });
    return { application, preview };
  });
}

function unknownRequest(application: Application, number: number): NotFoundError {
  return new NotFoundError(
    `\`${applicationName(application)}\` has heard of no request ${number}. Push a commit to it, or close and reopen ` +
      'it at the git host, once the webhook sends events of pull or merge requests.',
  );
}

function requireHead(name: string, { commitSha, number }: Preview, commit: string | undefined): void {
  if (commit === undefined || commitSha.startsWith(commit.toLowerCase())) return;
  const short = commitSha.slice(0, 7);
  throw new OutdatedError(`Request ${number} has a newer commit, ${short}. Look at that one before it runs.`, [
    {
      label: `Open ${short}`,
      command: `preview open ${name} ${number} --commit ${short}`,
      confirm: `Let commit ${short} of request ${number} run?`,
    },
  ]);
}
