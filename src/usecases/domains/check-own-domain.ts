import { Domain } from '../../entities/domain.ts';
import { CertificateRenewal } from '../../entities/certificate-renewal.ts';
import type { User } from '../../entities/user.ts';
import { roleAtLeast } from '../access/roles.ts';
import type { Deps } from '../deps.ts';
import { checkServed, readStoredCertificate } from './check-domain.ts';
import type { DomainChecks } from './domain-checks.ts';

export interface OwnDomainChecks extends Omit<DomainChecks, 'target'> {
  /** The last attempt to get a certificate, if it failed. */
  failure: { error: string; nextAttemptAt: Date | undefined } | undefined;
}

/**
 * Checks the address of Shipmate itself, for platform admins; undefined for others, for another name, and when somebody
 * else's proxy serves it.
 */
export async function checkOwnDomain(
  deps: Deps,
  { domain: name, user }: { user: User; domain: string },
): Promise<OwnDomainChecks | undefined> {
  if (!roleAtLeast(user.role, 'super_admin')) return undefined;
  const wanted = name.trim().toLowerCase().replace(/\.$/, '');
  const found = await deps.database.asSystem().transactional(async (em) => {
    const domain = await em.findOne(Domain, { domain: wanted, targetType: 'shipmate' });
    if (!domain) return undefined;
    const renewal = await em.findOne(CertificateRenewal, { domain: domain.id });
    return { domain, renewal, stored: await readStoredCertificate(em, deps, domain) };
  });
  if (!found) return undefined;
  const { domain, renewal, stored } = found;
  const failure = renewal?.error
    ? { error: renewal.error, nextAttemptAt: renewal.nextAttemptAt ?? undefined }
    : undefined;
  return { domain, failure, ...(await checkServed(deps, domain, stored)) };
}
