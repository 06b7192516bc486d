import { executeSql, type EntityManager } from '../database/database.ts';
import { factEvents, type NotificationFact } from '../entities/notification-facts.ts';
import type { Severity } from '../entities/notification-route.ts';

/** NOTIFY channel that says that notifications wait. */
export const notificationChannel = 'notification';

/** An event that routes may subscribe to; which one follows from the kind of its fact. */
export interface OccurredEvent {
  fact: NotificationFact;
  severity: Severity;
  /** The application that it concerns. */
  applicationId?: string;
  /**
   * What else of a project it concerns. Routes' patterns are matched against the name, `project/name`, e.g.
   * `shop/orders-db`; a name without `/` gets its project's.
   */
  resource?: { projectId: string; name: string };
  /** The same event about the same subject within ten minutes is grouped, e.g. a node's id. */
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
