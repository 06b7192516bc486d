import type { EntityManager } from '../../../database/database.ts';
import { Application } from '../../../entities/application.ts';
import type { Deployment } from '../../../entities/deployment.ts';
import { GitSource } from '../../../entities/git-source.ts';
import type { User } from '../../../entities/user.ts';
import { gitRemote, requireRemote } from '../../applications/application-environment.ts';
import { requireNameableImage } from '../../applications/image-settings.ts';
import { readRange } from '../commit-range.ts';
import type { Deps } from '../../deps.ts';
import { applicationName, findApplication } from '../../applications/find-application.ts';
import { requireTemplateVersion, templateOf } from '../../applications/template-source.ts';
import { findLive } from '../live-deployment.ts';
import { type Origin, requesterOf } from '../../origin.ts';
import { maySupervise } from '../../access/project-access.ts';
import { readRequested } from './read-requested.ts';
import type { DeploymentRequest } from './deployment-rows.ts';
import { requestDeployment } from './request-deployment.ts';

/** Limit for resolving a ref at the git host while a person waits, milliseconds. */
const resolveTimeoutMs = 20_000;

export interface DeployRequest {
  user: User;
  /** `project/app`, or `app` when that is unambiguous. */
  application: string;
  /** Branch, tag or commit, or the tag of an image; default: the tracked branch or the configured image. */
  ref?: string | undefined;
  /** For `ref`s that are already resolved: what people call the version; an image's reference is used unchanged. */
  resolvedFrom?: string | undefined;
  /** Rebuild and replace the tasks even when this commit is live. */
  force?: boolean | undefined;
  /** Override a lock or freeze, if the person may. */
  insist?: boolean | undefined;
  origin: Origin;
  /** Runs in the transaction that requests the deployment, before it. */
  claim?: ((em: EntityManager) => Promise<void>) | undefined;
}

/**
 * Queues a deployment of whatever `ref` currently names.
 * @throws {UserError} when the application has nothing to deploy, or the git host does not know the ref.
 */
export async function deployApplication(deps: Deps, request: DeployRequest): Promise<Deployment> {
  const reader = deps.database.asUser(request.user.id);
  const application = await findApplication(reader, request.application, { user: request.user, intent: 'change' });
  // Before the transaction, since the git host may be slow.
  const wanted = await resolveWanted(deps, reader, application, request);
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    await request.claim?.(em);
    const requested = await requestDeployment(deps, em, {
      ...wanted,
      application: em.getReference(Application, application.id),
      trigger: 'command',
      force: request.force,
      override: request.insist === true && (await maySupervise(em, application.project, request.user)),
      requestedBy: requesterOf(request.origin),
      triggeredBy: request.user,
      origin: { platform: request.origin.platform, channel: request.origin.channel },
      traceparent: request.origin.traceparent,
      audit: request.origin,
    });
    return readRequested(em, requested);
  });
}

async function resolveWanted(
  deps: Deps,
  em: EntityManager,
  application: Application,
  { ref, resolvedFrom }: Pick<DeployRequest, 'ref' | 'resolvedFrom'>,
): Promise<Pick<DeploymentRequest, 'commit' | 'ref' | 'range'>> {
  if (application.type === 'docker') {
    const tagged = withTag(application.sourceConfig.image ?? '', ref);
    const image = resolvedFrom ?? tagged;
    return { commit: null, ref: requireNameableImage(deps.config, 'image', image) };
  }
  const template = templateOf(application);
  if (template) {
    const name = applicationName(application);
    return { commit: requireTemplateVersion(name, template, ref), ref: resolvedFrom ?? `template ${template.name}` };
  }
  const source = await em.findOne(GitSource, { application });
  const remote = requireRemote(application, await gitRemote(deps, application, source));
  const wanted = ref ?? source?.branch ?? application.sourceConfig.branch ?? 'HEAD';
  const called = resolvedFrom ?? wanted;
  // The checkout finds the commit of a full id itself. Whatever reads the commit before gets it here.
  const { checks, protected: isProtected } = application.sourceConfig;
  if (/^[0-9a-f]{40}$/.test(wanted) && !checks && !isProtected) return { commit: wanted, ref: called };
  const signal = AbortSignal.timeout(resolveTimeoutMs);
  const { commit } = await deps.git.resolve(remote, wanted, signal);
  if (!isProtected) return { commit, ref: called };
  const from = (await findLive(em, application))?.commitSha ?? undefined;
  return { commit, ref: called, range: await readRange(deps, { application, remote, from, to: commit, signal }) };
}

/** `nginx:1.26` with `1.27` is `nginx:1.27`; a ref that is a full image reference is used unchanged. */
function withTag(image: string, ref: string | undefined): string {
  if (!ref) return image;
  if (ref.includes(':') || ref.includes('/') || ref.includes('@')) return ref;
  return `${image.replace(/@.*$/, '').replace(/:[^/:]+$/, '')}:${ref}`;
}
