import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { policiesFor, sealed } from './access.ts';

/** Shipmate's account at a certificate authority. */
const AcmeAccountSchema = defineEntity({
  name: 'AcmeAccount',
  tableName: 'acme_accounts',
  checks: [{ name: 'check_acme_account_private_key_sealed', expression: sealed('private_key') }],
  policies: policiesFor('acme_accounts', {}),
  properties: {
    id: uuidKey(),
    directoryUrl: p.string().length(500).unique(),
    /** PEM as a ciphertext of the `Cipher`; identifies the account to the authority. */
    privateKey: p.text().hidden(),
    /** No requests to the authority before this time. */
    pausedUntil: p.datetime().nullable(),
    createdAt: creationTime(),
  },
});
export class AcmeAccount extends AcmeAccountSchema.class {}
AcmeAccountSchema.setClass(AcmeAccount);
