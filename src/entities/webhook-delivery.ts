import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { gitProviders } from './git-source.ts';

/** A delivery that was accepted, stored once: `(provider, delivery_id)` is unique. */
const WebhookDeliverySchema = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_deliveries',
  uniques: [{ properties: ['provider', 'deliveryId'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    provider: p.enum(gitProviders).length(50),
    deliveryId: p.string().length(255),
    event: p.string().length(100),
    repository: p.string().length(500),
    ref: p.string().length(500).nullable(),
    commitSha: p.string().length(40).nullable(),
    /** What was answered: the deployments made, or why it was ignored. */
    outcome: p.json<Record<string, unknown>>().default('{}'),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});
export class WebhookDelivery extends WebhookDeliverySchema.class {}
WebhookDeliverySchema.setClass(WebhookDelivery);
