import { executeSql } from '../../database/database.ts';
import type { Domain } from '../../entities/domain.ts';
import type { Deps } from '../deps.ts';
import { actor } from '../origin.ts';
import { type Chain, readChain, requireServes } from './certificate-chain.ts';
import { type CertificateRequest, findSecureDomain } from './certificate-request.ts';
import { tryServeCertificate } from './serve-certificate.ts';
import { storeCertificate } from './store-certificate.ts';

/**
 * Serves an uploaded certificate. Shipmate does not renew it but warns before it expires.
 * @throws {UsageError} when it cannot serve the domain.
 */
export async function uploadCertificate(
  deps: Deps,
  { user, origin, domain: name, certificate, key }: CertificateRequest & { certificate: string; key: string },
): Promise<{ domain: Domain; chain: Chain; applied: boolean }> {
  const stored = await deps.database.asUser(user.id).transactional(async (em) => {
    const domain = await findSecureDomain(em, name, user);
    const chain = readChain(certificate);
    requireServes(chain, key, domain.domain);
    const by = actor(user, origin);
    await storeCertificate(deps, em, { domain, chain, key: `${key.trim()}\n`, source: 'uploaded', by });
    await executeSql(
      em,
      `insert into certificate_renewals (id, domain_id) values (gen_random_uuid(), $1)
       on conflict (domain_id) do update set next_attempt_at = null, attempts = 0, error = null`,
      [domain.id],
    );
    return { domain, chain };
  });
  return { ...stored, applied: await tryServeCertificate(deps, stored.domain) };
}
