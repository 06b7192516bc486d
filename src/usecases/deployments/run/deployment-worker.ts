import { executeSql, LockMode } from '../../../database/database.ts';
import { Application } from '../../../entities/application.ts';
import { Deployment, unfinishedStatuses } from '../../../entities/deployment.ts';
import type { DeploymentWorker } from '../../../queue/queue.ts';
import { cancelChannel } from '../deployment-state.ts';
import type { Deps } from '../../deps.ts';
import { Interruption } from '../steps/interruption.ts';
import type { DeploymentEnd } from './finish-deployment.ts';

/** How often a running deployment checks for a cancellation whose NOTIFY it missed, milliseconds. */
const cancelPollMs = 5_000;

/** Name of the lease on an application; its holder runs the deployments. */
export function applicationLease(applicationId: string): string {
  return `application:${applicationId}`;
}

/**
 * Runs an application's deployments one after another, and stops a cancelled one.
 * @param ended Is told of each that came to its end.
 */
export async function createDeploymentWorker(
  deps: Deps,
  ended?: (end: DeploymentEnd) => void,
): Promise<DeploymentWorker & { close(): Promise<void> }> {
  const running = new Map<string, AbortController>();
  const stopListening = await deps.database.listen(cancelChannel, (id) => cancel(running.get(id)));

  return {
    async run(applicationId, signal) {
      const lease = await deps.leases.tryAcquire(applicationLease(applicationId));
      if (!lease) throw new Error('another worker still holds this application; retrying soon');
      try {
        for (;;) {
          const id = await nextDeployment(deps, applicationId);
          if (!id) return;
          const end = await runOne(deps, id, running, AbortSignal.any([signal, lease.lost]));
          ended?.(end);
        }
      } finally {
        await lease.release();
      }
    },
    close: stopListening,
  };
}

/**
 * An interrupted deployment comes before a waiting one. Skips unapproved ones and those with unfinished checks. Waits
 * for requests that are being committed.
 */
async function nextDeployment(deps: Deps, applicationId: string): Promise<string | undefined> {
  return deps.database.asSystem().transactional(async (em) => {
    await em.findOne(Application, applicationId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const { rows } = await executeSql<{ id: string }>(
      em,
      `select d.id from deployments d
       where d.application_id = $1 and d.status in (${unfinishedStatuses.map((status) => `'${status}'`).join(', ')})
         and not exists (
           select from approvals a where a.deployment_id = d.id and a.decision is distinct from 'approved'
         )
         and metadata #>> '{checks,state}' is distinct from 'waiting'
       order by d.started_at limit 1`,
      [applicationId],
    );
    return rows[0]?.id;
  });
}

async function runOne(
  deps: Deps,
  id: string,
  running: Map<string, AbortController>,
  signal: AbortSignal,
): Promise<DeploymentEnd> {
  const controller = new AbortController();
  running.set(id, controller);
  const poll = setInterval(() => {
    wasCancelled(deps, id).then(
      (cancelled) => cancelled && cancel(controller),
      (error: unknown) => deps.logger.warn({ err: error, deploymentId: id }, 'could not check for a cancellation'),
    );
  }, cancelPollMs);
  try {
    if (await wasCancelled(deps, id)) cancel(controller);
    const { runDeployment } = await import('./run-deployment.ts');
    return await runDeployment(deps, id, AbortSignal.any([signal, controller.signal]));
  } finally {
    clearInterval(poll);
    running.delete(id);
  }
}

function cancel(controller: AbortController | undefined): void {
  controller?.abort(new Interruption('cancelled', 'Cancelled.'));
}

async function wasCancelled(deps: Deps, id: string): Promise<boolean> {
  const deployment = await deps.database.asSystem().findOne(Deployment, id);
  return deployment?.metadata.cancel_requested_by !== undefined;
}
