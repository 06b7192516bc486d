import type { Job } from './job.ts';

/** Time limits of commands that nobody follows, as after a restart. */
export const endRunsJob: Job = {
  name: 'end-runs',
  summary: 'Ends commands of `run` whose time is over, and removes those that ended an hour ago',
  schedule: '* * * * *',
  async run(deps) {
    const { endRuns } = await import('../usecases/one-offs/end-runs.ts');
    return endRuns(deps);
  },
};
