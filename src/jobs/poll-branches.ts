import { pollBranches } from '../usecases/pushes/poll-branches.ts';
import type { Job } from './job.ts';

export const pollBranchesJob: Job = {
  name: 'poll-branches',
  summary: 'Deploys new commits of the branches that are polled (`poll`)',
  schedule: '* * * * *',
  run: (deps, { signal }) => pollBranches(deps, signal),
};
