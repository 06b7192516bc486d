import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../../database/database.ts';
import type { Application } from '../../../entities/application.ts';
import { Approval } from '../../../entities/approval.ts';
import type { CommitRange, DeploymentMetadata, DeploymentTrigger } from '../../../entities/deployment-metadata.ts';
import { Deployment } from '../../../entities/deployment.ts';
import { User } from '../../../entities/user.ts';
import { ConflictError, NotFoundError } from '../../../errors.ts';
import type { AuditSource } from '../../record-audit.ts';
import { freezeText, heldBack, lockText, readStanding, type Standing } from '../hold/deployment-hold.ts';
import { deploymentChannel } from '../deployment-state.ts';
import type { Deps, ChannelRef } from '../../deps.ts';

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
  /** Channel of the live message. */
  origin?: ChannelRef | undefined;
  audit?: AuditSource | undefined;
  /** Additional details for the audit row. */
  auditDetails?: Record<string, unknown> | undefined;
}

/** How long a deployment of a protected application waits for its approval, milliseconds. */
export const approvalMs = 24 * 3_600_000;

interface Recorded extends DeploymentRequest {
  id: string;
  approval: Waiting | undefined;
  /** Held until `await-checks.ts` releases it. */
  waitsForChecks: boolean;
}

/**
 * Records and queues a deployment inside the caller's transaction: row, job, chat message and audit row commit together
 * or not at all. Supersedes a waiting deployment of the same application. A protected application's deployment first
 * waits for approval, unless it is a rollback. Uses few round trips, since webhooks are answered only afterwards.
 * @throws {DeploymentHeldError} while the application is locked or its project frozen.
 */
export async function requestDeployment(
  deps: Deps,
  em: EntityManager,
  request: DeploymentRequest,
): Promise<Pick<Deployment, 'id'>> {
  const { application, id = randomUUID() } = request;
  const { checks } = await lockRowForDeployment(em, application.id);
  const standing = await readStanding(em, application.id);
  const held = heldBack(standing, request.trigger);
  if (held && !request.override) throw held;
  const approval = standing.protected && request.trigger !== 'rollback' ? waiting() : undefined;
  await insertDeployment(em, {
    ...request,
    id,
    approval,
    waitsForChecks: checks === 'required' && mayWait(request),
    auditDetails: { ...request.auditDetails, ...(held && { overrode: overridden(standing) }) },
  });
  await addMessages(em, id, channelsToTell(deps, request));
  if (approval) createApproval(em, id, request.triggeredBy, approval);
  await em.flush();
  if (!approval) await deps.queue.enqueueDeployment(em, application.id);
  return { id };
}

/** A notification route may already have inserted one. */
async function addMessages(em: EntityManager, id: string, channels: ChannelRef[]): Promise<void> {
  if (channels.length === 0) return;
  await executeSql(
    em,
    `insert into chat_messages (id, deployment_id, platform, channel)
     select gen_random_uuid(), $1, platform, channel
     from jsonb_to_recordset($2::jsonb) as channels (platform text, channel text)
     on conflict do nothing`,
    [id, JSON.stringify(channels)],
  );
}

type Waiting = NonNullable<DeploymentMetadata['approval']>;

function waiting(): Waiting {
  return { state: 'waiting', expires_at: new Date(Date.now() + approvalMs).toISOString() };
}

function createApproval(em: EntityManager, id: string, by: User | undefined, { expires_at }: Waiting): void {
  em.create(Approval, {
    deployment: em.getReference(Deployment, id),
    requestedBy: by ? em.getReference(User, by.id) : null,
    expiresAt: new Date(expires_at),
  });
}

function overridden(standing: Standing): string[] {
  return [lockText(standing), freezeText(standing)].filter((text) => text !== undefined);
}

/** Serialises an application's requests with each other and with the worker's search for the next deployment. */
async function lockRowForDeployment(em: EntityManager, id: string): Promise<{ checks: string | null }> {
  const { rows } = await executeSql<{ name: string; deleted_at: string | null; checks: string | null }>(
    em,
    `select name, deleted_at, source_config ->> 'checks' as checks from applications where id = $1 for update`,
    [id],
  );
  const [locked] = rows;
  if (!locked) throw new NotFoundError('The application no longer exists.');
  if (locked.deleted_at) throw new ConflictError(`\`${locked.name}\` is archived. Restore it before you deploy it.`);
  return locked;
}

/** Earlier versions have already passed their checks, and `--force` skips the wait. */
function mayWait({ commit, force, trigger }: DeploymentRequest): boolean {
  return commit !== null && trigger !== 'rollback' && trigger !== 'promote' && !force;
}

/**
 * One statement: the deployment, its audit row, the superseded one's end, and the NOTIFY of both. Deployments of an
 * application are ordered by `started_at`, which therefore never goes back, whatever the clock does.
 */
async function insertDeployment(em: EntityManager, request: Recorded): Promise<void> {
  const { application, commit, id, ref, requestedBy, triggeredBy, trigger } = request;
  const superseded: DeploymentMetadata = {
    reason: 'superseded',
    superseded_by: id,
    error: `Superseded by a newer request: ${commit?.slice(0, 7) ?? ref}.`,
  };
  await executeSql(
    em,
    `with superseded as (
       update deployments set
         status = 'failed', completed_at = now(), metadata = metadata - 'progress' || $6::jsonb,
         logs = (select string_agg(message, E'\\n' order by id) from deployment_logs where deployment_id = deployments.id)
       where application_id = $2 and status = 'pending'
       returning id
     ), deployment as (
       insert into deployments (id, application_id, triggered_by, commit_sha, metadata, started_at)
       select $1::uuid, $2::uuid, $3::uuid, $4, $5::jsonb, greatest(now(), max(started_at) + interval '1 ms')
       from deployments where application_id = $2
     ), audit as (
       insert into audit_logs (user_id, action, resource_type, resource_id, details, ip_address, user_agent)
       values ($3, $7, 'application', $2, $8, $9, $10)
     )
     select pg_notify('${deploymentChannel}', id::text)
     from (select id from superseded union all select $1::uuid) as changed (id)`,
    [
      id,
      application.id,
      triggeredBy?.id ?? null,
      commit,
      JSON.stringify(metadataOf(request)),
      JSON.stringify(superseded),
      `application.${trigger === 'rollback' || trigger === 'promote' ? trigger : 'deploy'}`,
      JSON.stringify({ deployment_id: id, commit_sha: commit, ref, by: requestedBy, ...request.auditDetails }),
      request.audit?.ipAddress ?? null,
      request.audit?.userAgent ?? null,
    ],
  );
}

function metadataOf(request: Recorded): DeploymentMetadata {
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
  };
}

function channelsToTell(deps: Deps, { origin }: DeploymentRequest): ChannelRef[] {
  const channels = origin && origin.platform !== 'http' ? [origin, ...deps.announceTo] : deps.announceTo;
  return [...new Map(channels.map((ref) => [`${ref.platform}/${ref.channel}`, ref])).values()];
}
