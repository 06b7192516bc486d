import { AuthorityError } from '../../acme/authority-error.ts';
import type { Domain } from '../../entities/domain.ts';
import { ConflictError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { requestCertificate } from '../domains/request-certificate.ts';
import { actor } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { type CertificateRequest, findSecureDomain } from './certificate-request.ts';
import { requireWithinLimits } from './order-limits.ts';

/**
 * Requests a new certificate now; the current one, even an uploaded one, is served until it arrives.
 * @throws {ConflictError} when the domain has no HTTPS, or authorities would refuse.
 */
export async function requestRenewal(deps: Deps, { user, origin, domain: name }: CertificateRequest): Promise<Domain> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const domain = await findSecureDomain(em, name, user);
    await requireAllowed(deps, domain);
    await requestCertificate(deps, em, domain);
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'domain.certificate_request',
      resourceType: 'domain',
      resourceId: domain.id,
      details: { kind: 'certificate', domain: domain.domain },
    });
    return domain;
  });
}

/** Fails early with what the job would find out. */
async function requireAllowed({ acme, database }: Deps, { domain }: Domain): Promise<void> {
  try {
    await requireWithinLimits(database.asSystem(), domain, acme.authority.directoryUrl);
  } catch (error) {
    if (error instanceof AuthorityError) throw new ConflictError(error.message, { cause: error });
    throw error;
  }
}
