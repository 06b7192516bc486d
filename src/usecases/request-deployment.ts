import { type EntityManager, LockMode } from '../database/database.ts';
import { Application } from '../entities/application.ts';
import { ChatMessage } from '../entities/chat-message.ts';
import type { DeploymentMetadata, DeploymentTrigger } from '../entities/deployment-metadata.ts';
import { Deployment } from '../entities/deployment.ts';
import type { User } from '../entities/user.ts';
import { ConflictError } from '../errors.ts';
import { type AuditSource, recordAudit } from './audit.ts';
import { changeDeployment, deploymentChannel } from './deployment-state.ts';
import type { Deps, Place } from './deps.ts';

export interface DeploymentRequest {
  application: Application;
  /** Null for a `docker` application: its image reference says it all. */
  commit: string | null;
  /** What was asked for: a branch, a tag, a commit, or an image reference. */
  ref: string;
  trigger: DeploymentTrigger;
  /** How the person is called where the request was made, e.g. `ada (console)`. */
  requestedBy: string;
  triggeredBy?: User | undefined;
  commitTitle?: string | undefined;
  commitAuthor?: string | undefined;
  force?: boolean | undefined;
  /** For a rollback: the deployment to go back to and its image. */
  rollbackOf?: { id: string; image: string } | undefined;
  /** Where the live message is to be. */
  origin?: Place | undefined;
  audit?: AuditSource | undefined;
}

/**
 * Records a deployment and queues it, inside the caller's transaction: row, job, chat message and audit
 * commit together or not at all. A deployment of the same application that still waits is superseded.
 */
export async function requestDeployment(
  deps: Deps,
  em: EntityManager,
  request: DeploymentRequest,
): Promise<Deployment> {
  const { application } = request;
  // Serialises requests of one application, and the worker's look for the next one with them.
  const locked = await em.findOneOrFail(Application, application.id, {
    lockMode: LockMode.PESSIMISTIC_WRITE,
    refresh: true,
  });
  if (locked.deletedAt) throw new ConflictError(`\`${locked.name}\` is archived. Restore it before you deploy it.`);
  const deployment = em.create(Deployment, {
    application: locked,
    commitSha: request.commit,
    triggeredBy: request.triggeredBy ?? null,
    metadata: metadataOf(request),
  });
  await em.flush();
  await supersedeWaiting(deps, em, deployment, request.commit?.slice(0, 7) ?? request.ref);
  for (const place of placesOf(deps, request)) {
    em.create(ChatMessage, { deployment, platform: place.platform, channel: place.channel });
  }
  await em.flush();
  await recordAudit(em, {
    ...request.audit,
    userId: request.triggeredBy?.id,
    action: `application.${request.trigger === 'rollback' ? 'rollback' : 'deploy'}`,
    resourceType: 'application',
    resourceId: locked.id,
    details: { deployment_id: deployment.id, commit_sha: request.commit, ref: request.ref, by: request.requestedBy },
  });
  await deps.queue.enqueueDeployment(em, locked.id);
  await deps.database.notify(em, deploymentChannel, deployment.id);
  return deployment;
}

function metadataOf(request: DeploymentRequest): DeploymentMetadata {
  return {
    trigger: request.trigger,
    ref: request.ref,
    requested_by: request.requestedBy,
    progress: { phase: 'queued' },
    ...(request.commitTitle && { commit_title: request.commitTitle.slice(0, 200) }),
    ...(request.commitAuthor && { commit_author: request.commitAuthor }),
    ...(request.force && { force: true }),
    ...(request.rollbackOf && { rollback_of: request.rollbackOf.id, image: request.rollbackOf.image }),
  };
}

async function supersedeWaiting(deps: Deps, em: EntityManager, by: Deployment, name: string): Promise<void> {
  const waiting = await em.find(Deployment, { application: by.application, status: 'pending', id: { $ne: by.id } });
  for (const { id } of waiting) {
    const error = `Superseded by a newer request: ${name}.`;
    const metadata = { reason: 'superseded', superseded_by: by.id, error, progress: null } as const;
    await changeDeployment(deps, em, id, { status: 'failed', finished: true, metadata });
  }
}

function placesOf(deps: Deps, { origin }: DeploymentRequest): Place[] {
  const places = origin && origin.platform !== 'http' ? [origin, ...deps.announceTo] : deps.announceTo;
  return [...new Map(places.map((place) => [`${place.platform}/${place.channel}`, place])).values()];
}
