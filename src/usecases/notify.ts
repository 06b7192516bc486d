import { executeSql, type EntityManager } from '../database/database.ts';
import { factEvents, type NotificationFact } from '../entities/notification-facts.ts';
import type { Severity } from '../entities/notification-route.ts';

/** NOTIFY channel that signals waiting notifications. */
export const notificationChannel = 'notification';

/** An event that routes may subscribe to; its fact's kind determines the event name. */
export interface OccurredEvent {
  fact: NotificationFact;
  severity: Severity;
  /** The application it concerns. */
  applicationId?: string;
  /**
   * Another resource of a project that it concerns. Route patterns match against its name, `project/name`, e.g.
   * `shop/orders-db`; a name without `/` is prefixed with its project's.
   */
  resource?: { projectId: string; name: string };
  /** Groups equal events about the same subject, e.g. a node's id, within ten minutes. */
  subject: string;
}

/**
 * Notifies the subscribed routes after commit. Events without an application or project go to global routes only.
 * Deployments need no call: a trigger on their table writes their notifications. Needs the system's context.
 */
export async function notify(em: EntityManager, event: OccurredEvent): Promise<void> {
  const { applicationId = null, fact, resource, severity, subject } = event;
  await executeSql(em, 'select insert_notifications($1, $2, $3, null, $4, $5, $6, $7)', [
    factEvents[fact.kind],
    severity,
    applicationId,
    subject,
    JSON.stringify(fact),
    resource?.projectId ?? null,
    resource?.name ?? null,
  ]);
}
