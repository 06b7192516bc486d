import type { Job } from './job.ts';

/** Checks the host of the replica that runs it; several replicas take turns. */
export const watchDisksJob: Job = {
  name: 'watch-disks',
  summary: 'Checks how full the disks of Shipmate and Docker are',
  schedule: '*/5 * * * *',
  async run(deps) {
    const { watchDisks } = await import('../usecases/watchers/watch-disks.ts');
    return watchDisks(deps);
  },
};
