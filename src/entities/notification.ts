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

/** Payload of earlier versions: a worded reply, or the data of a digest. */
export interface EarlierPayload {
  kind?: undefined;
}

/** A notification for one route: written in the event's transaction, and delivered in id order. */
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
    /** For deployments, whose own rows say what happened. */
    deployment: () => p.manyToOne(Deployment).nullable().deleteRule('cascade'),
    event: p.string().$type<NotificationEvent>().length(50),
    severity: p.string().$type<Severity>().length(20),
    /** Subject, e.g. an application's id: equal events about the same subject are grouped. */
    subject: p.string().length(255),
    /** Null for a deployment. */
    payload: p.json<NotificationFact | EarlierPayload>().nullable(),
    /** Occurrences of the event; `shownCount` is how many have been delivered. */
    count: p.integer().default(1),
    shownCount: p.integer().default(0),
    /** The platform's id of the message. */
    message: p.string().length(255).nullable(),
    attempts: p.integer().default(0),
    /** Earliest delivery. */
    dueAt: p.datetime().defaultRaw('now()'),
    createdAt: creationTime(),
    lastAt: p.datetime().defaultRaw('now()'),
    /** When delivery was given up. */
    endedAt: p.datetime().nullable(),
  },
});
export class Notification extends NotificationSchema.class {}
NotificationSchema.setClass(Notification);
