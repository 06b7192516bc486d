import type { Purpose } from './purpose.ts';

const id = 'Identifier';
const created = 'When the row was made';

/** The tables that keep a team from deploying what or when it should not. */
export const safety: Record<string, Purpose> = {
  deploy_locks: {
    is: 'Applications that nobody deploys for now.',
    own: true,
    columns: {
      id,
      application_id: 'The application; one lock each',
      locked_by: 'Who locked it; null when the user is gone',
      holder: 'How they are called where they locked it',
      reason: 'Why',
      since: 'When it was locked',
    },
  },
  freeze_windows: {
    is: 'Times, again and again, in which a project is not deployed.',
    own: true,
    columns: {
      id,
      project_id: 'The project',
      starts: 'Cron expression: when each one begins',
      duration_minutes: 'How long it lasts, at most 31 days',
      zone: 'Time zone of `starts`',
      reason: 'Why',
      created_by: 'Who added it; null when the user is gone',
      created_at: created,
    },
  },
  approvals: {
    is: 'Deployments of protected applications, and what somebody else decided. A trigger keeps decisions as they are.',
    own: true,
    columns: {
      id,
      deployment_id: 'The deployment',
      requested_by: 'Who asked for it; null for a push, or when the user is gone',
      decided_by: 'Who decided; never who asked',
      decision: 'What became of it; null while it waits',
      reason: 'Why it was denied',
      expires_at: 'Until when it waits',
      created_at: created,
      decided_at: 'When it was decided, or expired',
    },
  },
};
