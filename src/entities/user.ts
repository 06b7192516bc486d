import { defineEntity, p } from '@mikro-orm/core';
import { changeTime, creationTime, jsonObject, uuidKey } from './columns.ts';
import { isSuperAdmin, oneOf, policiesFor } from './access.ts';

export const userRoles = ['super_admin', 'admin', 'developer', 'viewer'] as const;
export type UserRole = (typeof userRoles)[number];

const UserSchema = defineEntity({
  name: 'User',
  tableName: 'users',
  indexes: [{ properties: ['role'] }],
  checks: [
    { name: 'check_username_format', expression: `username ~ '^[a-z0-9_-]{3,50}$'` },
    { name: 'check_email_format', expression: `email ~ '^[^@]+@[^@]+\\.[^@]+$'` },
    { name: 'check_password_or_sso', expression: `password_hash is not null or preferences ->> 'sso' is not null` },
    { name: 'check_password_hash_bcrypt', expression: `password_hash ~ '^\\$2[aby]\\$12\\$'` },
    { name: 'check_user_role', expression: oneOf('role', userRoles) },
  ],
  policies: policiesFor('users', {
    select: '(select app_user_id()) is not null',
    insert: isSuperAdmin,
    update: `id = (select app_user_id()) or ${isSuperAdmin}`,
    // Nobody may change their own role.
    updated: `(id = (select app_user_id()) and role = (select app_user_role())) or ${isSuperAdmin}`,
    delete: isSuperAdmin,
  }),
  properties: {
    id: uuidKey(),
    username: p.string().length(255).unique(),
    email: p.string().length(255).unique(),
    /** Bcrypt, cost 12. People's transactions may write but not read it. */
    passwordHash: p.string().length(255).nullable().lazy().hidden(),
    role: p.string().$type<UserRole>().length(50).default('viewer'),
    /** Goes on when every browser session of theirs has to end. */
    sessionGeneration: p.integer().default(0),
    preferences: jsonObject<Record<string, unknown>>(),
    createdAt: creationTime(),
    updatedAt: changeTime(),
  },
});
export class User extends UserSchema.class {}
UserSchema.setClass(User);
