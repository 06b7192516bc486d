import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { policiesFor } from './access.ts';
import { Domain } from './domain.ts';

/** What is answered at `http://<host>/.well-known/acme-challenge/<token>` while an order is under way. */
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
    /** Not answered any more afterwards, should its run have been killed. */
    expiresAt: p.datetime(),
    createdAt: creationTime(),
  },
});
export class AcmeChallenge extends AcmeChallengeSchema.class {}
AcmeChallengeSchema.setClass(AcmeChallenge);
