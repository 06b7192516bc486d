import { executeSql, LockMode } from '../../../database/database.ts';
import { Application } from '../../../entities/application.ts';
import { Approval } from '../../../entities/approval.ts';
import { waitsForApproval } from '../../../entities/deployment.ts';
import { changeDeployment } from '../deployment-state.ts';
import type { Deps } from '../../deps.ts';

/** How long before it expires those who may approve are reminded, milliseconds. */
export const remindBeforeMs = 2 * 3_600_000;

/** Reminds those who may approve, once for each deployment, before nobody can any more. */
export async function remindOfApprovals(deps: Pick<Deps, 'database'>, now = new Date()): Promise<void> {
  const soon = { decision: null, expiresAt: { $gt: now, $lte: new Date(now.getTime() + remindBeforeMs) } };
  const order = { orderBy: { expiresAt: 'asc' }, populate: ['deployment'], limit: 1_000 } as const;
  const waiting = await deps.database.asSystem().find(Approval, soon, order);
  for (const { id, deployment } of waiting) {
    if (waitsForApproval(deployment) && deployment.metadata.approval?.reminded_at === undefined)
      await remind(deps, id, deployment.application.id, now);
  }
}

async function remind(deps: Pick<Deps, 'database'>, id: string, applicationId: string, now: Date): Promise<void> {
  await deps.database.asSystem().transactional(async (em) => {
    // The lock that decisions take: nobody is reminded of what has just been decided.
    await em.findOne(Application, applicationId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const approval = await em.findOne(Approval, { id, decision: null }, { populate: ['deployment'] });
    const state = approval?.deployment.metadata.approval;
    if (!approval || !state || !waitsForApproval(approval.deployment) || state.reminded_at !== undefined) return;
    const { id: deployment } = approval.deployment;
    const metadata = { approval: { ...state, reminded_at: now.toISOString() } };
    if (!(await changeDeployment(deps, em, deployment, { metadata }))) return;
    await executeSql(em, `select insert_notifications('approval', 'warning', $1, $2, $3, null)`, [
      applicationId,
      deployment,
      deployment,
    ]);
  });
}
