import type { EntityManager } from '../../../database/database.ts';
import { Application } from '../../../entities/application.ts';
import { Deployment, unfinishedStatuses, waitsForApproval } from '../../../entities/deployment.ts';
import { DeployLock } from '../../../entities/deploy-lock.ts';
import { User } from '../../../entities/user.ts';
import { ConflictError, ForbiddenError, UsageError } from '../../../errors.ts';
import { recordAudit } from '../../record-audit.ts';
import { lockText, readStanding } from './deployment-hold.ts';
import type { Deps } from '../../deps.ts';
import { applicationName, findApplication } from '../../applications/find-application.ts';
import { lockApplicationRow } from '../../applications/lock-application-row.ts';
import { actor, type Origin, requesterOf } from '../../origin.ts';
import { maySupervise } from '../../access/project-access.ts';

interface LockRequest {
  user: User;
  application: string;
  origin: Origin;
}

/** Length limit of `deploy_locks.reason` and similar columns. */
const maxReason = 500;

/** @throws {UsageError} when it is too long. */
export function requireReason(reason: string): string {
  const trimmed = reason.trim();
  if (trimmed.length <= maxReason) return trimmed;
  throw new UsageError(`The reason has ${trimmed.length} characters; the maximum is ${maxReason}. Shorten it.`);
}

/**
 * Blocks deployments of an application until it is unlocked. Locks the application's row, so a concurrent request comes
 * entirely before or after the lock.
 * @returns how many earlier deployments continue.
 * @throws {ConflictError} when it is already locked.
 */
export async function lockDeployments(
  deps: Deps,
  { user, origin, ...request }: LockRequest & { reason: string },
): Promise<{ name: string; underWay: number }> {
  const reason = requireReason(request.reason);
  if (reason === '') throw new UsageError('Give a reason: `lock shop/api migration in progress`.');
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findAndLockRow(em, request.application, user);
    const standing = await readStanding(em, application.id);
    const name = applicationName(application);
    if (standing.lock)
      throw new ConflictError(`${lockText(standing)}. To change the reason, \`unlock ${name}\` first.`);
    em.create(DeployLock, {
      application: em.getReference(Application, application.id),
      lockedBy: em.getReference(User, user.id),
      holder: requesterOf(origin),
      reason,
    });
    await em.flush();
    await audit(em, { user, origin }, application, 'lock', { reason });
    const unfinished = await em.find(Deployment, { application, status: { $in: [...unfinishedStatuses] } });
    return { name, underWay: unfinished.filter((one) => !waitsForApproval(one)).length };
  });
}

/**
 * Allows deployments of an application again.
 * @throws {ForbiddenError} when somebody else locked it and the person is not an admin.
 */
export async function unlockDeployments(deps: Deps, { user, origin, ...request }: LockRequest): Promise<DeployLock> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findAndLockRow(em, request.application, user);
    const lock = await em.findOne(DeployLock, { application }, { populate: ['application.project'] });
    const name = applicationName(application);
    if (!lock) throw new ConflictError(`\`${name}\` is not locked.`);
    if (lock.lockedBy?.id !== user.id && !(await maySupervise(em, application.project, user))) {
      throw new ForbiddenError(
        `\`${name}\` was locked by ${lock.holder}. Only they or an owner or admin of the team can unlock it.`,
      );
    }
    await em.nativeDelete(DeployLock, { id: lock.id });
    await audit(em, { user, origin }, application, 'unlock', { holder: lock.holder, reason: lock.reason });
    return lock;
  });
}

async function findAndLockRow(em: EntityManager, name: string, user: User): Promise<Application> {
  const application = await findApplication(em, name, { user, intent: 'change' });
  await lockApplicationRow(em, application);
  return application;
}

function audit(
  em: EntityManager,
  { user, origin }: { user: User; origin: Origin },
  { id }: Application,
  verb: 'lock' | 'unlock',
  details: Record<string, unknown>,
): Promise<void> {
  return recordAudit(em, {
    ...actor(user, origin),
    action: `application.${verb}`,
    resourceType: 'application',
    resourceId: id,
    details,
  });
}
