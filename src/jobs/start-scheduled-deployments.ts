import type { Job } from './job.ts';

/** Deployments that were asked for with `--at`. */
export const startScheduledDeploymentsJob: Job = {
  name: 'start-scheduled-deployments',
  summary: 'Starts the deployments that are scheduled for now',
  schedule: '* * * * *',
  async run(deps, { signal }) {
    const { startScheduled } = await import('../usecases/deployments/scheduled/start-scheduled.ts');
    const started = await startScheduled(deps, signal);
    return started === 0 ? 'none due' : `${started} started`;
  },
};
