import type { Job } from './job.ts';

export const watchBranchesJob: Job = {
  name: 'watch-branches',
  summary: 'Finds branches with missed pushes',
  schedule: '*/10 * * * *',
  atStart: true,
  async run(deps, { signal }) {
    const { watchBranches } = await import('../usecases/pushes/watch-branches.ts');
    return watchBranches(deps, signal);
  },
};
