import { executeSql } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import { Deployment, unfinishedStatuses } from '../../entities/deployment.ts';
import { GitSource } from '../../entities/git-source.ts';
import { Domain } from '../../entities/domain.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import { serviceNamesOf } from '../applications/application-services.ts';
import { closeAllPreviews } from '../previews/close-all.ts';
import { leaveRepository } from '../connections/leave-repository.ts';
import { placed } from '../connections/webhook-place.ts';
import { cancelAllScheduled } from '../deployments/scheduled/scheduled-deployments.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import { lockApplicationRow } from '../applications/lock-application-row.ts';
import { actor, type Origin, requesterOf } from '../origin.ts';
import { reconcileIngress } from '../ingress/reconcile-ingress.ts';

export interface Archived {
  application: Application;
  /** Those that it no longer has. */
  domains: string[];
  /** How many scheduled deployments are cancelled. */
  unscheduled: number;
  /** What is left to remove by hand at the git host, a sentence. */
  left: string | undefined;
}

/**
 * Takes an application out of service; keeps its rows except its domains. What Shipmate made at its git host is removed,
 * and what was to be deployed later is cancelled.
 * @throws {ConflictError} while it has a deployment in progress.
 */
export async function archiveApplication(
  deps: Deps,
  request: { user: User; application: string; origin: Origin },
): Promise<Archived> {
  const access = { user: request.user, intent: 'manage' } as const;
  const archived = await deps.database.asUser(request.user.id).transactional(async (em) => {
    const found = await findApplication(em, request.application, access);
    await lockApplicationRow(em, found);
    if (await em.count(Deployment, { application: found, status: { $in: [...unfinishedStatuses] } })) {
      const name = applicationName(found);
      throw new ConflictError(`A deployment of \`${name}\` is in progress. Wait for it, or \`cancel ${name}\`.`);
    }
    // A trigger removes them, which frees their names.
    const rows = await em.find(
      Domain,
      { targetType: 'application', targetId: found.id },
      { orderBy: { domain: 'asc' } },
    );
    const domains = rows.map((row) => row.domain);
    const why = `\`${applicationName(found)}\` was archived by ${requesterOf(request.origin)}.`;
    const unscheduled = await cancelAllScheduled(em, found, why);
    await executeSql(em, 'select soft_delete_application($1)', [found.id]);
    await closeAllPreviews(deps, em, found, 'the application is archived');
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'application.archive',
      resourceType: 'application',
      resourceId: found.id,
      details: {
        name: applicationName(found),
        ...(unscheduled > 0 && { unscheduled }),
        before: { status: found.status, domains },
        after: { status: 'archived' },
      },
    });
    return { application: found, domains, unscheduled };
  });
  const { application } = archived;
  await Promise.all((await serviceNamesOf(deps, application)).map((name) => deps.swarm.remove(name)));
  if (application.type === 'compose') await deps.swarm.removeNetworksOf(application.id);
  await reconcileIngress(deps);
  const source = await deps.database.asSystem().findOne(GitSource, { application: application.id });
  const place = source && placed(source, application);
  return { ...archived, left: place ? await leaveRepository(deps, place) : undefined };
}
