import type { Purpose } from './purpose.ts';

const id = 'Identifier';
const created = 'When the row was created';

/** Tables that prevent deployments at the wrong time or without approval. */
export const safety: Record<string, Purpose> = {
  deploy_locks: {
    is: 'Locked applications.',
    own: true,
    columns: {
      id,
      application_id: 'The application; one lock each',
      locked_by: 'Who locked it; null when the user is gone',
      holder: 'Their name on the platform where they locked it',
      reason: 'Why',
      since: 'When it was locked',
    },
  },
  scheduled_deployments: {
    is: 'Deployments that were asked for at a later time.',
    own: true,
    columns: {
      id,
      application_id: 'The application',
      requested_by: 'Who asked',
      ref: 'What to deploy; null: the tracked branch or the configured image',
      due_at: 'When',
      zone: 'Time zone in which the time was given',
      platform: 'Platform on which it was asked for',
      workspace: 'Slack workspace, Discord guild; `server` for Mattermost, `local` for the console',
      channel: 'Its channel, where the live message appears',
      account: 'The platform’s id of the account that asked',
      account_name: 'Its name',
      outcome: '`started`, `cancelled` or `refused`; null before',
      reason: 'Why it was refused, or who cancelled it',
      ended_at: 'When the outcome was known',
      told_at: 'When the channel was told of a refusal',
      created_at: 'When it was asked for',
    },
  },
  freeze_windows: {
    is: 'Recurring times in which a project is not deployed.',
    own: true,
    columns: {
      id,
      project_id: 'The project',
      starts: 'Cron expression for the start',
      duration_minutes: 'How long it lasts, at most 31 days',
      zone: 'Time zone of `starts`',
      reason: 'Why',
      created_by: 'Who added it; null when the user is gone',
      created_at: created,
    },
  },
  approvals: {
    is: 'Deployments that need approval, and the decision. A trigger makes decisions immutable.',
    own: true,
    columns: {
      id,
      deployment_id: 'The deployment',
      requested_by: 'Who asked for it; null for a push, or when the user is gone',
      decided_by: 'Who decided; never the requester',
      decision: 'The decision; null while it waits',
      reason: 'Why it was denied',
      expires_at: 'When it expires',
      created_at: created,
      decided_at: 'When it was decided, or expired',
    },
  },
};
