import { defineEntity, p } from '@mikro-orm/core';
import { jsonObject } from './columns.ts';
import {
  isApplication,
  isDatabase,
  isDeployment,
  isDomain,
  isMe,
  isProject,
  isSelf,
  isSuperAdmin,
  isTeam,
  oneOf,
  policiesFor,
} from './access.ts';
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

/** What a person can see, so that they may say that something was done to it. */
const seen = [
  isSuperAdmin,
  `(resource_type = 'project' and ${isProject('resource_id', 'viewer')})`,
  `(resource_type = 'application' and ${isApplication('resource_id', 'viewer')})`,
  `(resource_type = 'deployment' and ${isDeployment('resource_id', 'viewer')})`,
  `(resource_type = 'database' and ${isDatabase('resource_id', 'viewer')})`,
  `(resource_type = 'domain' and ${isDomain('resource_id', 'viewer')})`,
  `(resource_type = 'team' and ${isTeam('resource_id', 'viewer')})`,
].join(' or ');

/** A person reads what they did themselves and what was done to things they can see. */
const readable = `${isSelf} or ${seen}`;
/** One's own doing, to no thing, to oneself, or to what one can see. */
const writable = `${isSelf} and (resource_id is null or (resource_type = 'user' and ${isMe('resource_id')}) or ${seen})`;

/** Append-only. Range-partitioned by month; the partition key is part of the primary key. */
const AuditLogSchema = defineEntity({
  name: 'AuditLog',
  tableName: 'audit_logs',
  // Further months are added while Shipmate runs: see database/audit-partitions.ts.
  partitionBy: {
    type: 'range',
    expression: 'created_at',
    partitions: [{ name: 'audit_logs_default', values: 'default' }],
  },
  indexes: [
    {
      name: 'audit_logs_user_id_created_at_index',
      columns: [{ name: 'user_id' }, { name: 'created_at', sort: 'desc' }],
    },
    { properties: ['resourceType', 'resourceId'] },
    { properties: ['action'] },
    { name: 'audit_logs_created_at_index', columns: [{ name: 'created_at', sort: 'desc' }] },
  ],
  checks: [{ name: 'check_audit_resource_type', expression: oneOf('resource_type', auditResourceTypes) }],
  policies: policiesFor('audit_logs', { select: readable, insert: writable }),
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    createdAt: p.datetime().primary().defaultRaw('now()'),
    user: () => p.manyToOne(User).nullable().deleteRule('set null'),
    action: p.string().length(100),
    resourceType: p.string().$type<AuditResourceType>().length(50),
    resourceId: p.uuid().nullable(),
    details: jsonObject<Record<string, unknown>>(),
    ipAddress: p.string().columnType('inet').nullable(),
    userAgent: p.text().nullable(),
  },
});
export class AuditLog extends AuditLogSchema.class {}
AuditLogSchema.setClass(AuditLog);
