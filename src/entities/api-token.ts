import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isSelf, isSuperAdmin, oneOf, policiesFor } from './access.ts';
import { User } from './user.ts';

/**
 * What an assistant may do with a token: only read, also change, or change what a person approves. Such a token opens
 * nothing but `/mcp`, and no other token opens that.
 */
export const mcpModes = ['read', 'write', 'ask'] as const;
export type McpMode = (typeof mcpModes)[number];

const own = `${isSelf} or ${isSuperAdmin}`;

/** A bearer token of the HTTP API. Only its SHA-256 is stored. */
const ApiTokenSchema = defineEntity({
  name: 'ApiToken',
  tableName: 'api_tokens',
  uniques: [{ properties: ['user', 'name'] }],
  indexes: [{ properties: ['user'] }],
  checks: [{ name: 'check_api_token_mcp', expression: oneOf('mcp', mcpModes) }],
  // Nobody makes a token that acts as somebody else.
  policies: policiesFor('api_tokens', { select: own, insert: isSelf, update: isSelf, delete: own }),
  properties: {
    id: uuidKey(),
    user: () => p.manyToOne(User).deleteRule('cascade'),
    name: p.string().length(100),
    tokenHash: p.string().length(64).unique(),
    /** Null: for people and programs, not for assistants. */
    mcp: p.string().$type<McpMode>().length(10).nullable(),
    createdAt: creationTime(),
    lastUsedAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
  },
});
export class ApiToken extends ApiTokenSchema.class {}
ApiTokenSchema.setClass(ApiToken);
