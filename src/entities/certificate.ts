import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isDomain, oneOf, policiesFor, sealed } from './access.ts';
import { Domain } from './domain.ts';

export const certificateSources = ['acme', 'uploaded'] as const;
export type CertificateSource = (typeof certificateSources)[number];

/** A trigger refuses to store an expired one; one that expires later can still be changed. */
const CertificateSchema = defineEntity({
  name: 'Certificate',
  tableName: 'certificates',
  indexes: [{ properties: ['domain'] }, { properties: ['expiresAt'] }],
  checks: [
    { name: 'check_expiry_future', expression: 'expires_at > created_at' },
    { name: 'check_certificate_private_key_sealed', expression: sealed('private_key') },
    { name: 'check_certificate_source', expression: oneOf('source', certificateSources) },
  ],
  policies: policiesFor('certificates', {
    select: isDomain('domain_id', 'viewer'),
    insert: isDomain('domain_id', 'member'),
    update: isDomain('domain_id', 'member'),
    delete: isDomain('domain_id', 'member'),
  }),
  properties: {
    id: uuidKey(),
    domain: () => p.manyToOne(Domain).deleteRule('cascade'),
    issuer: p.string().length(255),
    /** PEM, the whole chain. */
    certificate: p.text(),
    /** PEM as a ciphertext of the `Cipher`. */
    privateKey: p.text().lazy().hidden(),
    expiresAt: p.datetime(),
    source: p.string().$type<CertificateSource>().length(20).default('acme'),
    /** Lowest threshold of days left that has been notified; null: none. */
    warnedDays: p.integer().nullable(),
    createdAt: creationTime(),
  },
});
export class Certificate extends CertificateSchema.class {}
CertificateSchema.setClass(Certificate);
