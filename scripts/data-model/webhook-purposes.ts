import type { Purpose } from './purpose.ts';

export const webhooks: Record<string, Purpose> = {
  webhook_deliveries: {
    is: 'Webhook deliveries, each stored once.',
    own: true,
    columns: {
      id: 'Identifier',
      provider: 'The git host or image registry',
      delivery_id: 'The host’s id of the delivery',
      git_source_id: 'The source whose secret signed it',
      body_hash: 'SHA-256 of the body; each body counts once per source',
      event: 'What happened',
      repository: 'Where',
      ref: 'Branch or tag',
      commit_sha: 'The commit that was pushed',
      outcome: 'The answer',
      created_at: 'When the row was created',
    },
  },
};
