import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../../database/database.ts';
import { Approval } from '../../../entities/approval.ts';
import { Deployment } from '../../../entities/deployment.ts';
import { User } from '../../../entities/user.ts';
import { ConflictError, NotFoundError } from '../../../errors.ts';
import { freezeText, heldBack, lockText, readStanding, type Standing } from '../hold/deployment-hold.ts';
import { deploymentChannel } from '../deployment-state.ts';
import type { Deps, ChannelRef } from '../../deps.ts';
import {
  type ApprovalWait,
  auditDetailsOf,
  channelsToTell,
  type DeploymentRequest,
  metadataOf,
  type RecordedRequest,
  supersededBy,
} from './deployment-rows.ts';
import { enqueueDeployment } from './enqueue-deployment.ts';

/** How long a deployment of a protected application waits for its approval, milliseconds. */
export const approvalMs = 24 * 3_600_000;

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
  const { checks, previewOf } = await lockRowForDeployment(em, application.id);
  const standing = await readStanding(em, application.id);
  const held = heldBack(standing, request.trigger);
  if (held && !request.override) throw held;
  const approval =
    (standing.protected || request.needsApproval) && request.trigger !== 'rollback' ? waiting() : undefined;
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
  if (!approval) await enqueueDeployment(deps, em, { id: application.id, previewOf });
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

function waiting(): ApprovalWait {
  return { state: 'waiting', expires_at: new Date(Date.now() + approvalMs).toISOString() };
}

function createApproval(em: EntityManager, id: string, by: User | undefined, { expires_at }: ApprovalWait): void {
  em.create(Approval, {
    deployment: em.getReference(Deployment, id),
    requestedBy: by ? em.getReference(User, by.id) : null,
    expiresAt: new Date(expires_at),
  });
}

function overridden(standing: Standing): string[] {
  return [lockText(standing), freezeText(standing)].filter((text) => text !== undefined);
}

interface LockedRow {
  name: string;
  deleted_at: string | null;
  checks: string | null;
  previewOf: string | null;
}

/** Serialises an application's requests with each other and with the worker's search for the next deployment. */
async function lockRowForDeployment(em: EntityManager, id: string): Promise<LockedRow> {
  const { rows } = await executeSql<LockedRow>(
    em,
    `select name, deleted_at, source_config ->> 'checks' as checks, preview_of_id as "previewOf"
     from applications where id = $1 for update`,
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
async function insertDeployment(em: EntityManager, request: RecordedRequest): Promise<void> {
  const { application, commit, id, triggeredBy, trigger } = request;
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
      JSON.stringify(supersededBy(request)),
      `application.${trigger === 'rollback' || trigger === 'promote' ? trigger : 'deploy'}`,
      JSON.stringify(auditDetailsOf(request)),
      request.audit?.ipAddress ?? null,
      request.audit?.userAgent ?? null,
    ],
  );
}
