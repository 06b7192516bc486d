import type { Purpose } from './purpose.ts';

/** The table that says what became of scheduled work. */
export const jobs: Record<string, Purpose> = {
  job_runs: {
    is: 'Runs of jobs; of each job the newest hundred.',
    own: true,
    columns: {
      id: 'In the order of their beginning',
      job: 'Name of the job',
      key: 'What it was enqueued with; attempts share it',
      input: 'What it is about',
      requested_by: 'Who ran it by hand; null: the schedule, a use case, or somebody who is gone',
      status: 'How far it is, or how it ended',
      result: 'What came of it, or why it failed',
      error_id: 'Under which the error is logged',
      started_at: 'When it began',
      finished_at: 'When it ended',
    },
  },
};
