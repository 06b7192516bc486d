import { LockMode } from '../../../database/database.ts';
import { Application } from '../../../entities/application.ts';
import { Approval } from '../../../entities/approval.ts';
import { recordAudit } from '../../record-audit.ts';
import { changeDeployment } from '../deployment-state.ts';
import type { Deps } from '../../deps.ts';

/** Ends the deployments that nobody has approved in time. */
export async function expireApprovals(deps: Deps): Promise<void> {
  const overdue = { decision: null, expiresAt: { $lte: new Date() } } as const;
  const late = await deps.database.asSystem().find(Approval, overdue, { populate: ['deployment'], limit: 1_000 });
  for (const { id, deployment } of late) await expire(deps, id, deployment.application.id);
}

async function expire(deps: Deps, id: string, applicationId: string): Promise<void> {
  await deps.database.asSystem().transactional(async (em) => {
    // The same lock that decisions take, so an approval and its expiry are serialised.
    await em.findOne(Application, applicationId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const approval = await em.findOne(Approval, { id, decision: null });
    if (!approval) return;
    em.assign(approval, { decision: 'expired', decidedAt: new Date() });
    await em.flush();
    const { id: deploymentId } = approval.deployment;
    const ended = await changeDeployment(deps, em, deploymentId, {
      status: 'failed',
      finished: true,
      metadata: {
        approval: { state: 'expired', expires_at: approval.expiresAt.toISOString() },
        reason: 'cancelled',
        error: 'Nobody approved in time.',
        progress: null,
      },
    });
    // Already cancelled or superseded while it waited.
    if (!ended) return;
    await recordAudit(em, { action: 'deployment.expire', resourceType: 'deployment', resourceId: deploymentId });
  });
}
