import { databaseNow, type EntityManager } from '../../../database/database.ts';
import { Approval } from '../../../entities/approval.ts';
import type { Deployment } from '../../../entities/deployment.ts';
import { User } from '../../../entities/user.ts';
import { ConflictError, ForbiddenError } from '../../../errors.ts';
import { recordAudit } from '../../record-audit.ts';
import { requireReason } from '../hold/deploy-locks.ts';
import { heldBack, readStanding } from '../hold/deployment-hold.ts';
import { changeDeployment } from '../deployment-state.ts';
import type { Deps } from '../../deps.ts';
import { applicationName } from '../../applications/find-application.ts';
import { enqueueDeployment } from './enqueue-deployment.ts';
import { findDeployment } from '../find-deployment.ts';
import { lockApplicationRow } from '../../applications/lock-application-row.ts';
import { actor, type Origin, requesterOf } from '../../origin.ts';
import { requireProjectAccess, requireSupervision } from '../../access/project-access.ts';

interface Decision {
  user: User;
  /** Its id, or at least the first eight characters. */
  deployment: string;
  origin: Origin;
}

/**
 * Approves a waiting deployment. The first of several concurrent decisions wins.
 * @throws {ForbiddenError} for the requester and for anybody who is not an admin.
 * @throws {ConflictError} when it is no longer waiting, or is now blocked by a lock or freeze.
 */
export async function approveDeployment(
  deps: Deps,
  request: Decision & { insist?: boolean | undefined },
): Promise<Deployment> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const { deployment, approval } = await claimApproval(em, request, 'Approving');
    const held = heldBack(await readStanding(em, deployment.application.id), 'command');
    if (held && !request.insist) {
      throw new ConflictError(
        `${held.message} An admin can override it: \`approve ${deployment.id.slice(0, 8)} --force\`.`,
      );
    }
    await decideApproval(deps, em, request, approval, 'approved');
    await enqueueDeployment(deps, em, deployment.application);
    return deployment;
  });
}

/** Ends a waiting deployment. Throws like `approveDeployment`. */
export async function denyDeployment(
  deps: Deps,
  request: Decision & { reason?: string | undefined },
): Promise<Deployment> {
  const reason = requireReason(request.reason ?? '');
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const { deployment, approval } = await claimApproval(em, request, 'Denying');
    await decideApproval(deps, em, request, approval, 'denied', reason);
    return deployment;
  });
}

interface Taken {
  deployment: Deployment;
  approval: Approval;
}

/** Finds the waiting approval and locks its application's row, like requests and all other decisions about it. */
async function claimApproval(em: EntityManager, { deployment: id, user }: Decision, what: string): Promise<Taken> {
  const deployment = await findDeployment(em, id);
  const { application } = deployment;
  await requireProjectAccess(em, application.project, user, 'change');
  await lockApplicationRow(em, application);
  await em.refresh(deployment);
  const approval = await em.findOne(Approval, { deployment }, { populate: ['decidedBy'] });
  const name = applicationName(application);
  if (!approval) throw new ConflictError(`This deployment of \`${name}\` needs no approval.`);
  if (approval.decision) throw new ConflictError(decided(approval));
  if (deployment.status !== 'pending') {
    throw new ConflictError(
      `This deployment is no longer waiting. ${deployment.metadata.error ?? `See \`status ${name}\`.`}`,
    );
  }
  if (approval.expiresAt <= new Date())
    throw new ConflictError(`Nobody approved it in time. Request it again: \`deploy ${name}\`.`);
  if (approval.requestedBy?.id === user.id) {
    throw new ForbiddenError(
      `You requested this deployment, so another person has to decide. To withdraw it: \`cancel ${name}\`.`,
    );
  }
  await requireSupervision(em, application.project, user, what);
  return { deployment, approval };
}

function decided({ decision, decidedBy }: Approval): string {
  return `It was already ${decision}${decidedBy ? `, by ${decidedBy.username}` : ''}.`;
}

async function decideApproval(
  deps: Deps,
  em: EntityManager,
  { user, origin }: Decision,
  approval: Approval,
  decision: 'approved' | 'denied',
  reason = '',
): Promise<void> {
  const { id, application } = approval.deployment;
  const by = requesterOf(origin);
  // Its duration begins here, and ends by the same clock.
  const decidedAt = await databaseNow(deps.database);
  em.assign(approval, {
    decision,
    decidedBy: em.getReference(User, user.id),
    decidedAt,
    reason: reason || null,
  });
  await em.flush();
  const state = {
    state: decision,
    expires_at: approval.expiresAt.toISOString(),
    decided_by: by,
    decided_at: decidedAt.toISOString(),
  };
  const why = `Denied by ${by}${reason ? `: ${reason}` : '.'}`;
  const changed = await changeDeployment(
    deps,
    em,
    id,
    decision === 'approved'
      ? { metadata: { approval: state } }
      : {
          status: 'failed',
          finished: true,
          metadata: { approval: state, reason: 'cancelled', error: why, progress: null },
        },
  );
  // Cancelled concurrently.
  if (!changed) throw new ConflictError('This deployment has ended in the meantime.');
  await recordAudit(em, {
    ...actor(user, origin),
    action: `deployment.${decision === 'approved' ? 'approve' : 'deny'}`,
    resourceType: 'deployment',
    resourceId: id,
    details: { application: applicationName(application), by, ...(reason && { reason }) },
  });
}
