import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';

export const userRoles = ['super_admin', 'admin', 'developer', 'viewer'] as const;
export type UserRole = (typeof userRoles)[number];

const UserSchema = defineEntity({
  name: 'User',
  tableName: 'users',
  indexes: [{ properties: ['role'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    username: p.string().length(255).unique(),
    email: p.string().length(255).unique(),
    passwordHash: p.string().length(255).nullable().hidden(),
    role: p.enum(userRoles).length(50).default('viewer'),
    preferences: p.json<Record<string, unknown>>().default('{}'),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
});
export class User extends UserSchema.class {}
UserSchema.setClass(User);
