import type { EntityManager } from '../../database/database.ts';
import type { Fact } from '../../entities/notification-facts.ts';
import { notify } from '../notify.ts';
import { type AuditSource, recordAudit } from '../record-audit.ts';
import { sourceName } from './delivery.ts';
import type { WebhookSource } from './webhook-source.ts';

type Moved = Pick<Fact<'repository-moved'>, 'before' | 'after' | 'outcome'>;

/** Says in chat and in the audit log that the repository of an application has moved, and what became of it. */
export async function tellMoved(
  em: EntityManager,
  { source, ...moved }: Moved & { source: WebhookSource },
  audit: AuditSource,
): Promise<void> {
  const { id } = source.application;
  await recordAudit(em, {
    ...audit,
    action: 'application.follow',
    resourceType: 'application',
    resourceId: id,
    details: { kind: 'git_source', ...moved },
  });
  const fact = { kind: 'repository-moved', application: sourceName(source), ...moved } as const;
  await notify(em, { severity: 'warning', applicationId: id, subject: id, fact });
}
