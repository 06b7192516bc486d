import { Deployment, unfinishedStatuses } from '../../../entities/deployment.ts';
import type { User } from '../../../entities/user.ts';
import { ConflictError } from '../../../errors.ts';
import { recordAudit } from '../../record-audit.ts';
import { cancelChannel, changeDeployment } from '../deployment-state.ts';
import type { Deps } from '../../deps.ts';
import { findApplication } from '../../applications/find-application.ts';
import { type Origin, requesterOf } from '../../origin.ts';

/**
 * Cancels the newest unfinished deployment of an application: a waiting one ends immediately, a running one is stopped
 * and rolled back by its worker.
 * @throws {ConflictError} when none is in progress.
 */
export async function cancelDeployment(
  deps: Deps,
  request: { user: User; application: string; origin: Origin },
): Promise<Deployment> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, { user: request.user, intent: 'change' });
    const [deployment] = await em.find(
      Deployment,
      { application, status: { $in: [...unfinishedStatuses] } },
      { orderBy: { startedAt: 'desc' }, limit: 1, populate: ['application.project'] },
    );
    if (!deployment) {
      throw new ConflictError(`Nothing to cancel: \`${request.application}\` has no deployment in progress.`);
    }
    const by = requesterOf(request.origin);
    const waiting = deployment.status === 'pending';
    await changeDeployment(deps, em, deployment.id, {
      metadata: {
        cancel_requested_by: by,
        ...(waiting && { reason: 'cancelled', error: `Cancelled by ${by}.`, progress: null }),
      },
      ...(waiting && { status: 'failed', finished: true }),
    });
    await deps.database.notify(em, cancelChannel, deployment.id);
    await recordAudit(em, {
      userId: request.user.id,
      action: 'deployment.cancel',
      resourceType: 'deployment',
      resourceId: deployment.id,
      details: { application: application.name, by },
      ipAddress: request.origin.ipAddress,
      userAgent: request.origin.userAgent,
    });
    return deployment;
  });
}
