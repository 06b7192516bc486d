import type { Job } from './job.ts';

/** Commands that applications run at set times, of `cron add`. */
export const runScheduledCommandsJob: Job = {
  name: 'run-scheduled-commands',
  summary: 'Runs the scheduled commands of applications (`cron`)',
  schedule: '* * * * *',
  async run(deps, { signal }) {
    const { advanceCron } = await import('../usecases/cron/advance-cron.ts');
    return advanceCron(deps, signal);
  },
};
