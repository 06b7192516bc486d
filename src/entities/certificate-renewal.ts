import { defineEntity, p } from '@mikro-orm/core';
import { uuidKey } from './columns.ts';
import { isDomain, policiesFor } from './access.ts';
import { Domain } from './domain.ts';

/** The next request for a domain's certificate, including the first one. */
const CertificateRenewalSchema = defineEntity({
  name: 'CertificateRenewal',
  tableName: 'certificate_renewals',
  indexes: [{ properties: ['nextAttemptAt'] }],
  checks: [{ name: 'check_certificate_renewal_attempts', expression: 'attempts >= 0' }],
  policies: policiesFor('certificate_renewals', {
    select: isDomain('domain_id', 'viewer'),
    insert: isDomain('domain_id', 'member'),
    update: isDomain('domain_id', 'member'),
  }),
  properties: {
    id: uuidKey(),
    domain: () => p.manyToOne(Domain).deleteRule('cascade').unique(),
    /** Failures since the last success. */
    attempts: p.integer().default(0),
    /** Null: never, because the certificate was uploaded. */
    nextAttemptAt: p.datetime().nullable(),
    /** Why the last attempt failed, and the next step. */
    error: p.text().nullable(),
    runningSince: p.datetime().nullable(),
  },
});
export class CertificateRenewal extends CertificateRenewalSchema.class {}
CertificateRenewalSchema.setClass(CertificateRenewal);
