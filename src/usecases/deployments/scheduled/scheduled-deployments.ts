import type { EntityManager } from '../../../database/database.ts';
import type { Application } from '../../../entities/application.ts';
import { ScheduledDeployment } from '../../../entities/scheduled-deployment.ts';
import type { User } from '../../../entities/user.ts';
import { findApplication } from '../../applications/find-application.ts';
import type { Deps } from '../../deps.ts';
import { actor, type Origin, requesterOf } from '../../origin.ts';
import { recordAudit } from '../../record-audit.ts';

/** Those of an application that are still to come, soonest first. */
export async function readScheduled(
  deps: Pick<Deps, 'database'>,
  user: User,
  application: Pick<Application, 'id'>,
): Promise<ScheduledDeployment[]> {
  const em = deps.database.asUser(user.id);
  return em.transactional((inner) => findWaiting(inner, application));
}

/** The same inside a transaction. */
export function findWaiting(em: EntityManager, application: Pick<Application, 'id'>): Promise<ScheduledDeployment[]> {
  const order = { orderBy: { dueAt: 'asc' }, limit: 50, populate: ['application.project'] } as const;
  return em.find(ScheduledDeployment, { application: application.id, outcome: null }, order);
}

/** Cancels the one whose id begins so; undefined when none does. Several are told apart by more characters. */
export async function cancelScheduled(
  deps: Pick<Deps, 'database'>,
  request: { user: User; application: string; id: string; origin: Origin },
): Promise<ScheduledDeployment | undefined> {
  const { id, origin, user } = request;
  if (id.length < 8) return undefined;
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, { user, intent: 'change' });
    const found = (await findWaiting(em, application)).filter((one) => one.id.startsWith(id.toLowerCase()));
    const [scheduled, other] = found;
    if (!scheduled || other) return undefined;
    const by = requesterOf(origin);
    const end = { outcome: 'cancelled', reason: `Cancelled by ${by}.`, endedAt: new Date() } as const;
    // It may start at this moment; then it is cancelled like any other deployment.
    if ((await em.nativeUpdate(ScheduledDeployment, { id: scheduled.id, outcome: null }, end)) === 0) return undefined;
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'application.unschedule',
      resourceType: 'application',
      resourceId: application.id,
      details: { scheduled: scheduled.id, by },
    });
    return scheduled;
  });
}

/** Those of an application that goes out of service never start, also when it comes back. @returns how many there were. */
export async function cancelAllScheduled(
  em: EntityManager,
  application: Pick<Application, 'id'>,
  reason: string,
): Promise<number> {
  const waiting = { application: application.id, outcome: null };
  return em.nativeUpdate(ScheduledDeployment, waiting, { outcome: 'cancelled', reason, endedAt: new Date() });
}
