import { executeSql, type EntityManager } from '../database/database.ts';
import type { NotificationEvent, Severity } from '../entities/notification-route.ts';

/** NOTIFY channel that says that something is to be told. */
export const notificationChannel = 'notification';

export interface Happening {
  event: NotificationEvent;
  severity: Severity;
  /** The application it happened to. */
  applicationId?: string;
  /**
   * What else of a project it happened to. Routes' patterns are matched against the name, `project/name`, e.g.
   * `shop/orders-db`; a name without `/` gets its project's.
   */
  resource?: { projectId: string; name: string };
  /** The same event about the same subject within ten minutes is grouped, e.g. a node's id. */
  subject: string;
  /** What is shown: a reply of the handlers. */
  reply: object;
}

/**
 * Tells the routes that want to know, once the caller's transaction has committed; of what is neither an application's
 * nor a project's, those across all projects. Deployments need no call: a trigger on their table tells of them. Only for
 * the system's context.
 */
export async function notify(em: EntityManager, happening: Happening): Promise<void> {
  const { applicationId = null, event, reply, resource, severity, subject } = happening;
  await executeSql(em, 'select insert_notifications($1, $2, $3, null, $4, $5, $6, $7)', [
    event,
    severity,
    applicationId,
    subject,
    JSON.stringify(reply),
    resource?.projectId ?? null,
    resource?.name ?? null,
  ]);
}
