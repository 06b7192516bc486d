import { watchBranches } from '../usecases/pushes/watch-branches.ts';
import type { Job } from './job.ts';

export const watchBranchesJob: Job = {
  name: 'watch-branches',
  summary: 'Finds branches with missed pushes',
  schedule: '*/10 * * * *',
  atStart: true,
  run: (deps, { signal }) => watchBranches(deps, signal),
};
