import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { policiesFor } from './access.ts';
import { Domain } from './domain.ts';

/** The answer at `http://<host>/.well-known/acme-challenge/<token>` while an order is in progress. */
const AcmeChallengeSchema = defineEntity({
  name: 'AcmeChallenge',
  tableName: 'acme_challenges',
  indexes: [{ properties: ['domain'] }],
  policies: policiesFor('acme_challenges', {}),
  properties: {
    id: uuidKey(),
    domain: () => p.manyToOne(Domain).deleteRule('cascade'),
    host: p.string().length(255),
    token: p.string().length(255).unique(),
    keyAuthorization: p.string().length(500),
    /** End of its validity, in case its run is killed. */
    expiresAt: p.datetime(),
    createdAt: creationTime(),
  },
});
export class AcmeChallenge extends AcmeChallengeSchema.class {}
AcmeChallengeSchema.setClass(AcmeChallenge);
