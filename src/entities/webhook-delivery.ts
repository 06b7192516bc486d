import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, jsonObject, uuidKey } from './columns.ts';
import { isSuperAdmin, oneOf, policiesFor } from './access.ts';
import { type GitProvider, gitProviders } from './git-provider.ts';

/** A delivery that was accepted, stored once: `(provider, delivery_id)` is unique. */
const WebhookDeliverySchema = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_deliveries',
  uniques: [{ properties: ['provider', 'deliveryId'] }],
  indexes: [{ name: 'webhook_deliveries_created_at_index', columns: [{ name: 'created_at', sort: 'desc' }] }],
  checks: [{ name: 'check_webhook_delivery_provider', expression: oneOf('provider', gitProviders) }],
  policies: policiesFor('webhook_deliveries', {
    select: isSuperAdmin,
    insert: isSuperAdmin,
    update: isSuperAdmin,
    delete: isSuperAdmin,
  }),
  properties: {
    id: uuidKey(),
    provider: p.string().$type<GitProvider>().length(50),
    deliveryId: p.string().length(255),
    event: p.string().length(100),
    repository: p.string().length(500),
    ref: p.string().length(500).nullable(),
    commitSha: p.string().length(40).nullable(),
    /** What was answered: the deployments made, or why it was ignored. */
    outcome: jsonObject<Record<string, unknown>>(),
    createdAt: creationTime(),
  },
});
export class WebhookDelivery extends WebhookDeliverySchema.class {}
WebhookDeliverySchema.setClass(WebhookDelivery);
