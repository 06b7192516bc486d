import { executeSql, type EntityManager } from '../database/database.ts';
import type { AuditResourceType } from '../entities/audit-log.ts';

/** Where a request came from, for the audit log. */
export interface AuditSource {
  ipAddress?: string | undefined;
  userAgent?: string | undefined;
}

export interface AuditEntry extends AuditSource {
  /** Undefined: the system itself. */
  userId?: string | undefined;
  /** `<resource>.<verb>`, e.g. `application.deploy`. */
  action: string;
  resourceType: AuditResourceType;
  resourceId?: string | undefined;
  /** Without secrets. `before` and `after` of a change; `kind` is a finer type. */
  details?: Record<string, unknown>;
}

/** Appends one row to the audit log inside the caller's transaction. */
export async function recordAudit(em: EntityManager, entry: AuditEntry): Promise<void> {
  await executeSql(
    em,
    `insert into audit_logs (user_id, action, resource_type, resource_id, details, ip_address, user_agent)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      entry.userId ?? null,
      entry.action,
      entry.resourceType,
      entry.resourceId ?? null,
      JSON.stringify(entry.details ?? {}),
      entry.ipAddress ?? null,
      entry.userAgent ?? null,
    ],
  );
}
