import type { Purpose } from './purpose.ts';

const id = 'Identifier';
const created = 'When the row was made';

/** The tables of subscriptions, and of notifications that wait or were delivered. */
export const notifications: Record<string, Purpose> = {
  notification_routes: {
    is: 'Channels, and the events they subscribe to.',
    own: true,
    columns: {
      id,
      project_id: 'The project; null: every project',
      created_by: 'Who added it; null when the user is gone',
      platform: 'The platform',
      channel: 'Its channel',
      pattern: '`project/application`, with `*` for anything',
      events: 'Names of the events',
      severity: 'The least that is delivered',
      quiet: 'Hours when only `danger` is delivered, e.g. `22:00-07:00`',
      zone: 'Time zone of the quiet hours and of the digest',
      digest: 'When digests are sent, e.g. `daily@09:00`, `weekly@mon@09:00`',
      digest_due_at: 'When the next one is due',
      created_at: created,
    },
  },
  notifications: {
    is: 'Notifications of routes, delivered in the order of the ids.',
    own: true,
    columns: {
      id,
      route_id: 'The route',
      deployment_id: 'The deployment it concerns, which the message is drawn from',
      event: 'The event that the route subscribes to',
      severity: 'How bad it is',
      subject: 'What the event concerns; the same event about the same subject is grouped',
      payload: 'What happened, as names and numbers; null when there is a deployment',
      count: 'How often the event occurred',
      shown_count: 'How often of that has been delivered; 0: not yet',
      message: 'The platform’s id of the message',
      attempts: 'How often it was refused since',
      due_at: 'Not delivered before',
      created_at: created,
      last_at: 'When the event last occurred',
      ended_at: 'When delivery was given up',
    },
  },
};
