import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Deployment, unfinishedStatuses, waitsForApproval } from '../../../entities/deployment.ts';
import { enqueueDeployment } from '../request/enqueue-deployment.ts';
import { applicationLease } from './deployment-worker.ts';
import type { Deps } from '../../deps.ts';

/**
 * Cleans up after a killed process: checkouts and build containers of deployments that nobody runs, unfinished
 * deployments without a job, and jobs without a worker. Called at start, before taking work.
 */
export async function recover(deps: Deps): Promise<void> {
  const unfinished = await deps.database
    .asSystem()
    .find(Deployment, { status: { $in: [...unfinishedStatuses] } }, { populate: ['application'] });
  const abandoned: Deployment[] = [];
  for (const deployment of unfinished) {
    if (!(await deps.leases.isHeld(applicationLease(deployment.application.id)))) abandoned.push(deployment);
  }
  await cleanUp(deps, unfinished, abandoned);
  await deps.queue.handBackLost((applicationId) => deps.leases.isHeld(applicationLease(applicationId)));
  for (const deployment of abandoned.filter((one) => !waitsForApproval(one))) {
    deps.logger.info({ deploymentId: deployment.id, status: deployment.status }, 'resuming an unfinished deployment');
    await deps.database.asSystem().transactional((em) => enqueueDeployment(deps, em, deployment.application));
  }
}

async function cleanUp(deps: Deps, unfinished: Deployment[], abandoned: Deployment[]): Promise<void> {
  const running = new Set(unfinished.filter((one) => !abandoned.includes(one)).map(({ id }) => id));
  const checkouts = join(deps.config.dataDir, 'checkouts');
  for (const name of await readdir(checkouts).catch(() => [])) {
    if (!running.has(name)) await rm(join(checkouts, name), { recursive: true, force: true, maxRetries: 5 });
  }
  for (const { id, status } of abandoned) {
    if (status === 'building') await deps.swarm.cleanUpBuild(id);
  }
}
