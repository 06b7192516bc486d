import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { Domain } from '../../entities/domain.ts';
import type { Deps } from '../deps.ts';

/** Name of the job that requests certificates. */
export const renewJobName = 'renew-certificates';

/**
 * Requests a certificate as soon as the caller's transaction has committed, even if the domain already has one. Works
 * for people who may change the domain and for the system.
 */
export async function requestCertificate(
  deps: Pick<Deps, 'queue'>,
  em: EntityManager,
  domain: Pick<Domain, 'id'>,
): Promise<void> {
  await executeSql(
    em,
    `insert into certificate_renewals (id, domain_id, next_attempt_at) values (gen_random_uuid(), $1, now())
     on conflict (domain_id) do update set next_attempt_at = now()`,
    [domain.id],
  );
  const key = `${renewJobName}:${domain.id}:${randomUUID()}`;
  await deps.queue.enqueueJob({ name: renewJobName, lane: 'quick', key, input: { domainId: domain.id } }, em);
}
