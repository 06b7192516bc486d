import type { Application } from '../../../entities/application.ts';
import type { CommitRange, DeploymentMetadata, DeploymentTrigger } from '../../../entities/deployment-metadata.ts';
import type { User } from '../../../entities/user.ts';
import type { ChannelRef, Deps } from '../../deps.ts';
import type { AuditSource } from '../../record-audit.ts';

export interface DeploymentRequest {
  /** Id the deployment gets (default: a new one). */
  id?: string | undefined;
  application: Pick<Application, 'id'>;
  /** Null for a `docker` application, which has only an image reference. */
  commit: string | null;
  /** The requested branch, tag, commit or image reference. */
  ref: string;
  trigger: DeploymentTrigger;
  /** The requester's name and platform, e.g. `ada (console)`. */
  requestedBy: string;
  triggeredBy?: User | undefined;
  commitTitle?: string | undefined;
  commitAuthor?: string | undefined;
  force?: boolean | undefined;
  /** For a rollback: the target deployment and its image. */
  rollbackOf?: { id: string; image: string; images?: Record<string, string> | undefined } | undefined;
  /** For a promotion: the other application's deployment whose image is used. */
  promotedFrom?: DeploymentMetadata['promoted_from'];
  promotedImage?: string | undefined;
  promotedImages?: Record<string, string> | undefined;
  /** The commits it brings, for approvers. */
  range?: CommitRange | undefined;
  /** An admin overrides locks and freezes. */
  override?: boolean | undefined;
  /** It waits for approval although its application is not protected. */
  needsApproval?: boolean | undefined;
  /** Channel of the live message. */
  origin?: ChannelRef | undefined;
  /** W3C trace context that its trace continues. */
  traceparent?: string | undefined;
  audit?: AuditSource | undefined;
  /** Additional details for the audit row. */
  auditDetails?: Record<string, unknown> | undefined;
}

export type ApprovalWait = NonNullable<DeploymentMetadata['approval']>;

/** A request as it is written down. */
export interface RecordedRequest extends DeploymentRequest {
  id: string;
  approval: ApprovalWait | undefined;
  /** Held until `await-checks.ts` releases it. */
  waitsForChecks: boolean;
}

/** Of a deployment that waits. */
export function metadataOf(request: RecordedRequest): DeploymentMetadata {
  return {
    trigger: request.trigger,
    ref: request.ref,
    requested_by: request.requestedBy,
    progress: { phase: request.waitsForChecks ? 'checking' : 'queued' },
    ...(request.waitsForChecks && { checks: { state: 'waiting', done: 0, total: 0 } }),
    ...(request.commitTitle && { commit_title: request.commitTitle.slice(0, 200) }),
    ...(request.commitAuthor && { commit_author: request.commitAuthor }),
    ...(request.force && { force: true }),
    ...(request.rollbackOf && { rollback_of: request.rollbackOf.id, image: request.rollbackOf.image }),
    ...(request.rollbackOf?.images && { images: request.rollbackOf.images }),
    ...(request.promotedImages && { images: request.promotedImages }),
    ...(request.promotedFrom && { promoted_from: request.promotedFrom }),
    ...(request.promotedImage !== undefined && { image: request.promotedImage }),
    ...(request.range && { range: request.range }),
    ...(request.approval && { approval: request.approval }),
    ...(request.traceparent !== undefined && { trace: { parent: request.traceparent } }),
  };
}

/** What is merged into the metadata of the waiting deployment that this one replaces. */
export function supersededBy({ id, commit, ref }: Pick<RecordedRequest, 'id' | 'commit' | 'ref'>): DeploymentMetadata {
  return {
    reason: 'superseded',
    superseded_by: id,
    error: `Superseded by a newer request: ${commit?.slice(0, 7) ?? ref}.`,
  };
}

export function auditDetailsOf({ id, commit, ref, requestedBy, auditDetails }: RecordedRequest) {
  return { deployment_id: id, commit_sha: commit, ref, by: requestedBy, ...auditDetails };
}

/** Channels that get a live message. */
export function channelsToTell(
  deps: Pick<Deps, 'announceTo'>,
  { origin }: Pick<DeploymentRequest, 'origin'>,
): ChannelRef[] {
  const channels = origin && origin.platform !== 'http' ? [origin, ...deps.announceTo] : deps.announceTo;
  return [...new Map(channels.map((ref) => [`${ref.platform}/${ref.channel}`, ref])).values()];
}
