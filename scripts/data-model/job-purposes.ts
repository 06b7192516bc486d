import type { Purpose } from './purpose.ts';

/** The results of scheduled work. */
export const jobs: Record<string, Purpose> = {
  cron_commands: {
    is: 'Commands that applications run at set times.',
    own: true,
    columns: {
      id: 'Identifier',
      application_id: 'The application',
      schedule: 'Cron expression of five fields',
      zone: 'Time zone of `schedule`',
      command: 'A line of a shell, or a JSON list of words',
      service: 'Of a compose application: in whose image',
      overlap: 'What becomes of a run that is due while the one before has not ended: `skip` or `queue`',
      limit_seconds: 'Longest time that a run may take',
      retries: 'How often a failed run is tried again',
      enabled: 'Whether it runs',
      checked_at: 'Its times until then have been dealt with',
      created_by: 'Who added it; null when the user is gone',
      created_at: 'When',
    },
  },
  cron_runs: {
    is: 'Runs of scheduled commands, the newest hundred of each.',
    own: true,
    columns: {
      id: 'Identifier',
      cron_command_id: 'The scheduled command',
      due_at: 'The time of its schedule; null: somebody asked for it',
      requested_by: 'Who asked; null when the user is gone',
      status: '`missed`: no Shipmate ran; `skipped`: the run before had not ended',
      attempt: 'Which attempt it is; 0 before the first',
      service_name: 'Swarm service of the last attempt',
      exit_code: 'Of the last attempt',
      reason: 'Why it did not succeed',
      output: 'The end of what it printed, without secrets',
      started_at: 'When the last attempt was started',
      ended_at: 'When its outcome was known',
      created_at: 'When it was planned or asked for',
    },
  },
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
