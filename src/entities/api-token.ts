import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { isSelf, isSuperAdmin, policiesFor } from './access.ts';
import { User } from './user.ts';

const own = `${isSelf} or ${isSuperAdmin}`;

/** A bearer token of the HTTP API. Only its SHA-256 is kept. */
const ApiTokenSchema = defineEntity({
  name: 'ApiToken',
  tableName: 'api_tokens',
  uniques: [{ properties: ['user', 'name'] }],
  indexes: [{ properties: ['user'] }],
  policies: policiesFor('api_tokens', { select: own, insert: own, update: own, delete: own }),
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    user: () => p.manyToOne(User).deleteRule('cascade'),
    name: p.string().length(100),
    tokenHash: p.string().length(64).unique(),
    createdAt: p
      .datetime()
      .defaultRaw('now()')
      .onCreate(() => new Date()),
    lastUsedAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
  },
});
export class ApiToken extends ApiTokenSchema.class {}
ApiTokenSchema.setClass(ApiToken);
