import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { oneOf, policiesFor } from './access.ts';
import { User, type UserRole, userRoles } from './user.ts';

/** A one-time code that ties a chat account to a user. Only its SHA-256 is kept. */
const LinkCodeSchema = defineEntity({
  name: 'LinkCode',
  tableName: 'link_codes',
  indexes: [{ properties: ['user'] }, { properties: ['createdBy'] }],
  checks: [{ name: 'check_link_code_role', expression: oneOf('role', userRoles) }],
  // A code says what its user becomes: Shipmate alone makes them, once it has looked at who asks.
  policies: policiesFor('link_codes', {}),
  properties: {
    id: uuidKey(),
    codeHash: p.string().length(64).unique(),
    /** The user to link; null: creates a new user with `role`. */
    user: () => p.manyToOne(User).nullable().deleteRule('cascade'),
    /** Who made it; null: Shipmate, for the first super_admin. */
    createdBy: () => p.manyToOne(User).fieldName('created_by').nullable().deleteRule('cascade'),
    /** The user’s `sessionGeneration` it is good for; null: a new user is made. */
    generation: p.integer().nullable(),
    role: p.string().$type<UserRole>().length(50).default('viewer'),
    expiresAt: p.datetime(),
    usedAt: p.datetime().nullable(),
    createdAt: creationTime(),
  },
});
export class LinkCode extends LinkCodeSchema.class {}
LinkCodeSchema.setClass(LinkCode);
