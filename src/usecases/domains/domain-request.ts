import type { EntityManager } from '../../database/database.ts';
import type { Domain } from '../../entities/domain.ts';
import type { User } from '../../entities/user.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';

export interface DomainRequest {
  user: User;
  origin: Origin;
  domain: string;
}

export async function recordDomainChange(
  em: EntityManager,
  { user, origin }: DomainRequest,
  action: string,
  { id, domain }: Domain,
  details: Record<string, unknown>,
): Promise<void> {
  await recordAudit(em, {
    ...actor(user, origin),
    action,
    resourceType: 'domain',
    resourceId: id,
    details: { domain, ...details },
  });
}
