import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, jsonObject, uuidKey } from './columns.ts';
import { isSuperAdmin, oneOf, policiesFor } from './access.ts';
import { GitSource } from './git-source.ts';
import { type GitProvider, gitProviders } from './git-provider.ts';
import { type ImageRegistry, imageRegistries } from './image-registry.ts';

const senders = [...gitProviders, ...imageRegistries];

/**
 * An accepted delivery, stored once per signing source: GitHub gives one id to an event, whichever of a repository's
 * webhooks it goes to, and signatures do not cover the id, so the body is unique as well.
 */
const WebhookDeliverySchema = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_deliveries',
  uniques: [{ properties: ['provider', 'deliveryId', 'gitSource'] }, { properties: ['gitSource', 'bodyHash'] }],
  indexes: [{ name: 'webhook_deliveries_created_at_index', columns: [{ name: 'created_at', sort: 'desc' }] }],
  checks: [{ name: 'check_webhook_delivery_provider', expression: oneOf('provider', senders) }],
  policies: policiesFor('webhook_deliveries', {
    select: isSuperAdmin,
    insert: isSuperAdmin,
    update: isSuperAdmin,
    delete: isSuperAdmin,
  }),
  properties: {
    id: uuidKey(),
    provider: p.string().$type<GitProvider | ImageRegistry>().length(50),
    deliveryId: p.string().length(255),
    /** Source whose secret signed it; null for deliveries stored by earlier versions. */
    gitSource: () => p.manyToOne(GitSource).nullable().deleteRule('set null'),
    /** Hexadecimal SHA-256. */
    bodyHash: p.string().length(64).nullable(),
    event: p.string().length(100),
    repository: p.string().length(500),
    ref: p.string().length(500).nullable(),
    commitSha: p.string().length(40).nullable(),
    /** The answer: requested deployments, or why it was ignored. */
    outcome: jsonObject<Record<string, unknown>>(),
    createdAt: creationTime(),
  },
});
export class WebhookDelivery extends WebhookDeliverySchema.class {}
WebhookDeliverySchema.setClass(WebhookDelivery);
