import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { policiesFor, sealed } from './access.ts';
import { User } from './user.ts';

/** An app at a git host, which reaches the repositories of its installations. Shipmate alone reads its keys. */
const HostAppSchema = defineEntity({
  name: 'HostApp',
  tableName: 'host_apps',
  uniques: [{ properties: ['server', 'number'] }],
  indexes: [{ properties: ['createdBy'] }],
  checks: [
    { name: 'check_host_app_private_key_sealed', expression: sealed('private_key') },
    { name: 'check_host_app_webhook_secret_sealed', expression: sealed('webhook_secret') },
    { name: 'check_host_app_client_secret_sealed', expression: sealed('client_secret') },
  ],
  policies: policiesFor('host_apps', {}),
  properties: {
    /** That of the link that it was created with, which therefore works once. */
    id: uuidKey(),
    /** Address of the server on the web: `https://github.com`. */
    server: p.string().length(300),
    /** The host's id of the app. */
    number: p.string().length(20),
    /** Its name in addresses. */
    slug: p.string().length(100),
    name: p.string().length(255),
    /** Organization or person that it belongs to. */
    owner: p.string().length(100),
    /** Whether the owner is an organization. */
    ofOrganization: p.boolean(),
    clientId: p.string().length(100),
    /** A ciphertext of the `Cipher`, as the next two. */
    clientSecret: p.text().hidden(),
    /** PEM; proves that Shipmate is the app. */
    privateKey: p.text().hidden(),
    /** Signs the deliveries of all its repositories. */
    webhookSecret: p.text().hidden(),
    /** Where its webhook leads, as Shipmate last wrote it; null: not known. */
    hookUrl: p.string().length(2000).nullable(),
    createdBy: () => p.manyToOne(User).fieldName('created_by').nullable().deleteRule('set null'),
    createdAt: creationTime(),
  },
});
export class HostApp extends HostAppSchema.class {}
HostAppSchema.setClass(HostApp);
