import type { EntityManager } from '../../../database/database.ts';
import type { Application } from '../../../entities/application.ts';
import { Deployment, isFinished, unfinishedStatuses } from '../../../entities/deployment.ts';
import type { User } from '../../../entities/user.ts';
import { ConflictError, OutdatedError } from '../../../errors.ts';
import { recordAudit } from '../../record-audit.ts';
import { findDeploymentOf, versionOf } from '../current-deployment.ts';
import { cancelChannel, changeDeployment } from '../deployment-state.ts';
import type { Deps } from '../../deps.ts';
import { applicationName, findApplication } from '../../applications/find-application.ts';
import { type Origin, requesterOf } from '../../origin.ts';

/**
 * Cancels the named deployment, or the newest unfinished one of an application: a waiting one ends immediately, a running
 * one is stopped and rolled back by its worker.
 * @throws {ConflictError} when none is in progress; {OutdatedError} when the named one has ended and another has not.
 */
export async function cancelDeployment(
  deps: Deps,
  request: { user: User; application: string; deployment?: string | undefined; origin: Origin },
): Promise<Deployment> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, {
      user: request.user,
      intent: 'change',
      previews: true,
    });
    const deployment = await findUnfinished(em, application, request.deployment);
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

async function findUnfinished(
  em: EntityManager,
  application: Application,
  id: string | undefined,
): Promise<Deployment> {
  const named = id === undefined ? undefined : await findDeploymentOf(em, application, id);
  if (named && !isFinished(named)) return named;
  const [newest] = await em.find(
    Deployment,
    { application, status: { $in: [...unfinishedStatuses] } },
    { orderBy: { startedAt: 'desc' }, limit: 1, populate: ['application.project'] },
  );
  const name = applicationName(application);
  if (newest && !named) return newest;
  const ended = named ? `Deployment ${versionOf(named)} of \`${name}\` has already ended: ${outcome(named)}.` : '';
  if (!newest) throw new ConflictError(ended || `Nothing to cancel: \`${name}\` has no deployment in progress.`);
  throw new OutdatedError(`${ended} In progress is ${versionOf(newest)}. Cancel that one?`, [
    {
      label: `Cancel ${newest.id.slice(0, 8)}`,
      command: `cancel ${name} --deployment ${newest.id.slice(0, 8)}`,
      confirm: `Cancel deployment ${versionOf(newest)} of \`${name}\`?`,
    },
  ]);
}

function outcome({ metadata, status }: Deployment): string {
  return (metadata.reason ?? status).replaceAll('_', ' ');
}
