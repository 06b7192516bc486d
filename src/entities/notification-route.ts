import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isMe, isProject, isSuperAdmin, oneOf, policiesFor, supervises } from './access.ts';
import { type Platform, platforms } from './chat-message.ts';
import { Project } from './project.ts';
import { User } from './user.ts';

/** Events that a route may subscribe to, in the order of the help. */
export const notificationEvents = [
  'started',
  'succeeded',
  'failed',
  'rolled-back',
  'approval',
  'unhealthy',
  'backup-failed',
  'restored',
  'certificate',
  'node-lost',
  'disk-full',
  'behind',
  'job-failed',
  'digest',
] as const;
export type NotificationEvent = (typeof notificationEvents)[number];

/** In ascending order. */
export const severities = ['info', 'warning', 'danger'] as const;
export type Severity = (typeof severities)[number];

/** Whom deployments mention in a route's channel. */
export const mentionLevels = ['people', 'requester', 'nobody'] as const;
export type MentionLevel = (typeof mentionLevels)[number];

const mayManage = `${supervises(isProject, 'project_id')} or ${isSuperAdmin}`;

/** A channel's subscription to events of applications. A trigger on `deployments` reads it. */
const NotificationRouteSchema = defineEntity({
  name: 'NotificationRoute',
  tableName: 'notification_routes',
  uniques: [{ properties: ['platform', 'channel', 'pattern'] }],
  indexes: [
    { properties: ['project'] },
    { properties: ['createdBy'] },
    {
      name: 'notification_routes_digest_due_at_index',
      properties: ['digestDueAt'],
      where: 'digest_due_at is not null',
    },
  ],
  checks: [
    { name: 'check_notification_route_platform', expression: oneOf('platform', platforms) },
    { name: 'check_notification_route_severity', expression: oneOf('severity', severities) },
    { name: 'check_notification_route_mentions', expression: oneOf('mentions', mentionLevels) },
    { name: 'check_notification_route_digest', expression: '(digest is null) = (digest_due_at is null)' },
  ],
  policies: policiesFor('notification_routes', {
    select: `${isProject('project_id', 'viewer')} or ${isSuperAdmin}`,
    insert: `${isMe('created_by')} and (${mayManage})`,
    delete: mayManage,
  }),
  properties: {
    id: uuidKey(),
    /** Null: all projects, future ones included. */
    project: () => p.manyToOne(Project).nullable().deleteRule('cascade'),
    createdBy: () => p.manyToOne(User).fieldName('created_by').nullable().deleteRule('set null'),
    platform: p.string().$type<Platform>().length(50),
    channel: p.string().length(255),
    /** `project/application`, with `*` as a wildcard. */
    pattern: p.string().length(255),
    events: p.json<NotificationEvent[]>(),
    /** Lowest severity to deliver. */
    severity: p.string().$type<Severity>().length(20).default('info'),
    /** Whom failures mention. */
    mentions: p.string().$type<MentionLevel>().length(20).default('people'),
    /** `22:00-07:00` in `zone`: delays everything below `danger`. */
    quiet: p.string().length(11).nullable(),
    /** IANA time zone, e.g. `Europe/Berlin`. */
    zone: p.string().length(64).default('UTC'),
    /** `daily@09:00` or `weekly@mon@09:00` in `zone`, for routes with digests. */
    digest: p.string().length(20).nullable(),
    /** Next due time; set exactly when `digest` is. */
    digestDueAt: p.datetime().nullable(),
    createdAt: creationTime(),
  },
});
export class NotificationRoute extends NotificationRouteSchema.class {}
NotificationRouteSchema.setClass(NotificationRoute);
