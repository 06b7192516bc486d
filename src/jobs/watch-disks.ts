import { watchDisks } from '../usecases/watchers/watch-disks.ts';
import type { Job } from './job.ts';

/** Of the host of the replica that runs it; with several, each has its turn. */
export const watchDisksJob: Job = {
  name: 'watch-disks',
  summary: 'Checks how full the disks of Shipmate and Docker are',
  schedule: '*/5 * * * *',
  run: (deps) => watchDisks(deps),
};
