import type { Purpose } from './purpose.ts';

const id = 'Identifier';
const created = 'When the row was created';

/** Tables of messages, subscriptions and notifications. */
export const notifications: Record<string, Purpose> = {
  chat_messages: {
    is: 'Positions of deployments’ live messages.',
    own: true,
    columns: {
      id,
      deployment_id: 'The deployment',
      platform: 'The platform',
      channel: 'Its channel',
      message: 'The platform’s id of the message, once posted',
      finished_at: 'When the final state was shown',
      created_at: created,
      replies: 'What was said in its thread, each once: `approval`, `reminder`, `failure`',
    },
  },
  channel_defaults: {
    is: 'What commands in a channel are about when they name no application.',
    own: true,
    columns: {
      id,
      platform: 'The platform',
      channel: 'The channel',
      project_id: 'The project',
      application_id: 'The application; null: any of the project',
      set_by: 'Who set it; null when the user is gone',
      created_at: created,
    },
  },
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
      severity: 'Minimum severity that is delivered',
      mentions: 'Whom failures mention: who asked and the author, who asked, or nobody',
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
      severity: 'Severity',
      subject: 'What the event concerns; the same event about the same subject is grouped',
      payload: 'The fact, as names and numbers; null when there is a deployment',
      count: 'How often the event occurred',
      shown_count: 'How many of those were delivered; 0 for none yet',
      message: 'The platform’s id of the message',
      attempts: 'Failed deliveries since the last success',
      due_at: 'Earliest delivery',
      created_at: created,
      last_at: 'When the event last occurred',
      ended_at: 'When delivery was abandoned',
    },
  },
};
