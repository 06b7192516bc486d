import type { Purpose } from './purpose.ts';

/** The results of scheduled work. */
export const jobs: Record<string, Purpose> = {
  job_runs: {
    is: 'Job runs; the newest hundred of each job are kept.',
    own: true,
    columns: {
      id: 'Ascending in the order of starting',
      job: 'Name of the job',
      key: 'Key it was enqueued with; attempts share it',
      input: 'Its input',
      requested_by: 'Who ran it by hand; null for the schedule, a use case, or someone who is gone',
      status: 'Progress, or outcome',
      result: 'Result, or reason for a failure',
      error_id: 'Id under which the error is logged',
      started_at: 'When it started',
      finished_at: 'When it ended',
    },
  },
};
