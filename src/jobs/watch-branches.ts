import { watchBranches } from '../usecases/pushes/watch-branches.ts';
import type { Job } from './job.ts';

export const watchBranchesJob: Job = {
  name: 'watch-branches',
  summary: 'Looks for branches whose pushes were missed',
  schedule: '*/10 * * * *',
  atStart: true,
  run: (deps, { signal }) => watchBranches(deps, signal),
};
