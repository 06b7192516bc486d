import type { Purpose } from './purpose.ts';

const id = 'Identifier';
const created = 'When the row was made';

/** The tables that say which channels are told what, and what is still to be told. */
export const notifications: Record<string, Purpose> = {
  notification_routes: {
    is: 'Channels and what they are told.',
    own: true,
    columns: {
      id,
      project_id: 'The project; null: every project',
      created_by: 'Who added it; null when the user is gone',
      platform: 'The platform',
      channel: 'Its channel',
      pattern: '`project/application`, with `*` for anything',
      events: 'Names of the events',
      severity: 'The least that is told',
      quiet: 'Hours in which only `danger` is told, e.g. `22:00-07:00`',
      zone: 'Time zone of the quiet hours and of the digest',
      digest: 'When digests are sent, e.g. `daily@09:00`, `weekly@mon@09:00`',
      digest_due_at: 'When the next one is due',
      created_at: created,
    },
  },
  notifications: {
    is: 'What is to be told on a route, and what was; told in the order of the ids.',
    own: true,
    columns: {
      id,
      route_id: 'The route',
      deployment_id: 'The deployment it is about, which the message is drawn from',
      event: 'What happened',
      severity: 'How bad it is',
      subject: 'What it happened to; the same event about the same is grouped',
      payload: 'The message, when no deployment tells; of a digest, its numbers',
      count: 'How often it happened',
      shown_count: 'How often of that has been told; 0: not yet',
      message: 'The platform’s id of the message',
      attempts: 'How often it was refused since',
      due_at: 'Not told before',
      created_at: created,
      last_at: 'When it last happened',
      ended_at: 'When it was given up',
    },
  },
};
