import type { Job } from './job.ts';

export const pollBranchesJob: Job = {
  name: 'poll-branches',
  summary: 'Deploys new commits of the branches that are polled (`poll`)',
  schedule: '* * * * *',
  async run(deps, { signal }) {
    const { pollBranches } = await import('../usecases/pushes/poll-branches.ts');
    return pollBranches(deps, signal);
  },
};
