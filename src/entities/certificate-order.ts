import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { oneOf, policiesFor, sealed } from './access.ts';
import { Domain } from './domain.ts';

export const certificateOrderStatuses = ['pending', 'valid', 'invalid', 'abandoned'] as const;
export type CertificateOrderStatus = (typeof certificateOrderStatuses)[number];

/**
 * A certificate asked for at an authority: gone on with after a crash, and counted against its rates even when the
 * domain is removed and added again.
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
    /** At the authority; null until it has answered. */
    url: p.string().length(500).nullable(),
    /** PEM of what is to be certified, as a ciphertext of the `Cipher`; taken away when the order ends. */
    privateKey: p.text().nullable().hidden(),
    /** `invalid`: the authority did not find the answer to its challenge. */
    status: p.string().$type<CertificateOrderStatus>().length(20).default('pending'),
    error: p.text().nullable(),
    createdAt: creationTime(),
    endedAt: p.datetime().nullable(),
  },
});
export class CertificateOrder extends CertificateOrderSchema.class {}
CertificateOrderSchema.setClass(CertificateOrder);
