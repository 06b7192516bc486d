import { defineEntity, p } from '@mikro-orm/core';
import { User } from './user.ts';

export const auditResourceTypes = [
  'user',
  'team',
  'project',
  'application',
  'database',
  'deployment',
  'domain',
] as const;
export type AuditResourceType = (typeof auditResourceTypes)[number];

/** Append-only. Range-partitioned by month; the partition key is part of the primary key. */
const AuditLogSchema = defineEntity({
  name: 'AuditLog',
  tableName: 'audit_logs',
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    createdAt: p.datetime().primary().defaultRaw('now()'),
    user: () => p.manyToOne(User).nullable().deleteRule('set null'),
    action: p.string().length(100),
    resourceType: p.enum(auditResourceTypes).length(50),
    resourceId: p.uuid().nullable(),
    details: p.json<Record<string, unknown>>().default('{}'),
    ipAddress: p.string().columnType('inet').nullable(),
    userAgent: p.text().nullable(),
  },
});
export class AuditLog extends AuditLogSchema.class {}
AuditLogSchema.setClass(AuditLog);
