import { defineEntity, p } from '@mikro-orm/core';
import { creationTime } from './columns.ts';
import { isSuperAdmin, oneOf, policiesFor } from './access.ts';
import { Deployment } from './deployment.ts';
import {
  type NotificationEvent,
  NotificationRoute,
  notificationEvents,
  severities,
  type Severity,
} from './notification-route.ts';

/** Something to be told on one route; written in the transaction of what it tells of, and told in the order of the ids. */
const NotificationSchema = defineEntity({
  name: 'Notification',
  tableName: 'notifications',
  indexes: [
    { properties: ['route'] },
    { properties: ['deployment'] },
    { name: 'notifications_waiting_index', properties: ['id'], where: 'shown_count < count and ended_at is null' },
  ],
  checks: [
    { name: 'check_notification_event', expression: oneOf('event', notificationEvents) },
    { name: 'check_notification_severity', expression: oneOf('severity', severities) },
  ],
  policies: policiesFor('notifications', { select: isSuperAdmin }),
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    route: () => p.manyToOne(NotificationRoute).deleteRule('cascade'),
    /** What is told is drawn from it. */
    deployment: () => p.manyToOne(Deployment).nullable().deleteRule('cascade'),
    event: p.string().$type<NotificationEvent>().length(50),
    severity: p.string().$type<Severity>().length(20),
    /** What it is about, e.g. an application's id: the same event about the same is grouped. */
    subject: p.string().length(255),
    /** The reply that tells of it, when no deployment does; of a digest, its numbers. */
    payload: p.json<object>().nullable(),
    /** How often it happened, and how often of that has been told. */
    count: p.integer().default(1),
    shownCount: p.integer().default(0),
    /** The platform's id of the message. */
    message: p.string().length(255).nullable(),
    attempts: p.integer().default(0),
    /** Not told before. */
    dueAt: p.datetime().defaultRaw('now()'),
    createdAt: creationTime(),
    lastAt: p.datetime().defaultRaw('now()'),
    /** When it was given up. */
    endedAt: p.datetime().nullable(),
  },
});
export class Notification extends NotificationSchema.class {}
NotificationSchema.setClass(Notification);
