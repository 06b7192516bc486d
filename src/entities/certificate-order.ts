import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { oneOf, policiesFor, sealed } from './access.ts';
import { Domain } from './domain.ts';

export const certificateOrderStatuses = ['pending', 'valid', 'invalid', 'abandoned'] as const;
export type CertificateOrderStatus = (typeof certificateOrderStatuses)[number];

/**
 * An order at a certificate authority: resumed after a crash, and counted against rate limits even when its domain is
 * removed and added again.
 */
const CertificateOrderSchema = defineEntity({
  name: 'CertificateOrder',
  tableName: 'certificate_orders',
  indexes: [{ properties: ['domain'] }, { properties: ['host', 'createdAt'] }],
  checks: [
    { name: 'check_certificate_order_private_key_sealed', expression: sealed('private_key') },
    { name: 'check_certificate_order_status', expression: oneOf('status', certificateOrderStatuses) },
  ],
  policies: policiesFor('certificate_orders', {}),
  properties: {
    id: uuidKey(),
    domain: () => p.manyToOne(Domain).nullable().deleteRule('set null'),
    host: p.string().length(255),
    directoryUrl: p.string().length(500),
    /** Its URL at the authority; null until the authority has answered. */
    url: p.string().length(500).nullable(),
    /** PEM of the certificate's key, as a ciphertext of the `Cipher`; cleared when the order ends. */
    privateKey: p.text().nullable().hidden(),
    /** `invalid`: the authority could not validate the challenge. */
    status: p.string().$type<CertificateOrderStatus>().length(20).default('pending'),
    error: p.text().nullable(),
    createdAt: creationTime(),
    endedAt: p.datetime().nullable(),
  },
});
export class CertificateOrder extends CertificateOrderSchema.class {}
CertificateOrderSchema.setClass(CertificateOrder);
