import { watchDisks } from '../usecases/watchers/watch-disks.ts';
import type { Job } from './job.ts';

/** Checks the host of the replica that runs it; several replicas take turns. */
export const watchDisksJob: Job = {
  name: 'watch-disks',
  summary: 'Checks how full the disks of Shipmate and Docker are',
  schedule: '*/5 * * * *',
  run: (deps) => watchDisks(deps),
};
