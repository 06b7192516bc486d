import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { User, userRoles } from './user.ts';

/** A one-time code that ties a chat account to a user. Only its SHA-256 is kept. */
const LinkCodeSchema = defineEntity({
  name: 'LinkCode',
  tableName: 'link_codes',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    codeHash: p.string().length(64).unique(),
    /** The user the account is tied to; null: a new user with `role` is made. */
    user: () => p.manyToOne(User).nullable().deleteRule('cascade'),
    role: p.enum(userRoles).length(50).default('viewer'),
    expiresAt: p.datetime(),
    usedAt: p.datetime().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});
export class LinkCode extends LinkCodeSchema.class {}
LinkCodeSchema.setClass(LinkCode);
