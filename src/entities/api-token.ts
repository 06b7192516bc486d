import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isSelf, isSuperAdmin, policiesFor } from './access.ts';
import { User } from './user.ts';

const own = `${isSelf} or ${isSuperAdmin}`;

/** A bearer token of the HTTP API. Only its SHA-256 is stored. */
const ApiTokenSchema = defineEntity({
  name: 'ApiToken',
  tableName: 'api_tokens',
  uniques: [{ properties: ['user', 'name'] }],
  indexes: [{ properties: ['user'] }],
  // Nobody makes a token that acts as somebody else.
  policies: policiesFor('api_tokens', { select: own, insert: isSelf, update: isSelf, delete: own }),
  properties: {
    id: uuidKey(),
    user: () => p.manyToOne(User).deleteRule('cascade'),
    name: p.string().length(100),
    tokenHash: p.string().length(64).unique(),
    createdAt: creationTime(),
    lastUsedAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
  },
});
export class ApiToken extends ApiTokenSchema.class {}
ApiTokenSchema.setClass(ApiToken);
