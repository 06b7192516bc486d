import { defineEntity, p } from '@mikro-orm/core';
import { creationTime } from './columns.ts';
import type { NotificationFact } from './notification-facts.ts';
import { isSuperAdmin, oneOf, policiesFor } from './access.ts';
import { Deployment } from './deployment.ts';
import {
  type NotificationEvent,
  NotificationRoute,
  notificationEvents,
  severities,
  type Severity,
} from './notification-route.ts';

/** What the column held before there were facts: a ready reply, or the bare numbers of a digest. */
export interface EarlierPayload {
  kind?: undefined;
}

/** What one route is notified of: written in the transaction of the event, and delivered in the order of the ids. */
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
    /** Its own rows say what happened. */
    deployment: () => p.manyToOne(Deployment).nullable().deleteRule('cascade'),
    event: p.string().$type<NotificationEvent>().length(50),
    severity: p.string().$type<Severity>().length(20),
    /** What it concerns, e.g. an application's id: the same event about the same subject is grouped. */
    subject: p.string().length(255),
    /** Null when there is a deployment. */
    payload: p.json<NotificationFact | EarlierPayload>().nullable(),
    /** How often the event occurred, and how often of that has been delivered. */
    count: p.integer().default(1),
    shownCount: p.integer().default(0),
    /** The platform's id of the message. */
    message: p.string().length(255).nullable(),
    attempts: p.integer().default(0),
    /** Not delivered before. */
    dueAt: p.datetime().defaultRaw('now()'),
    createdAt: creationTime(),
    lastAt: p.datetime().defaultRaw('now()'),
    /** When it was given up. */
    endedAt: p.datetime().nullable(),
  },
});
export class Notification extends NotificationSchema.class {}
NotificationSchema.setClass(Notification);
