import { executeSql } from '../../database/database.ts';
import type { Domain } from '../../entities/domain.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import { AuthorityError } from '../../acme/authority-error.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { findDomain } from '../domains/find-domain.ts';
import { actor, type Origin } from '../origin.ts';
import { requireProjectAccess } from '../access/project-access.ts';
import { tryReconcileIngress } from '../ingress/reconcile-ingress.ts';
import { type Chain, readChain, requireServes } from './certificate-chain.ts';
import { requireWithinLimits } from './order-limits.ts';
import { requestCertificate } from '../domains/request-certificate.ts';
import { storeCertificate } from './store-certificate.ts';

export interface CertificateRequest {
  user: User;
  origin: Origin;
  domain: string;
}

/**
 * Has the authority asked for a new certificate at once; the one there is goes on being served until then, also one
 * that was uploaded. @throws {ConflictError} when the domain has none, or authorities would refuse.
 */
export async function askForRenewal(deps: Deps, { user, origin, domain: name }: CertificateRequest): Promise<Domain> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const domain = await findDomain(em, name);
    await requireProjectAccess(em, domain.project, user, 'change');
    requireTls(domain);
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

/**
 * Serves a certificate of the person's own. It is not renewed by Shipmate, which tells when it is about to expire.
 * @throws {UsageError} when it cannot serve the domain.
 */
export async function uploadCertificate(
  deps: Deps,
  { user, origin, domain: name, certificate, key }: CertificateRequest & { certificate: string; key: string },
): Promise<{ domain: Domain; chain: Chain; applied: boolean }> {
  const stored = await deps.database.asUser(user.id).transactional(async (em) => {
    const domain = await findDomain(em, name);
    await requireProjectAccess(em, domain.project, user, 'change');
    requireTls(domain);
    const chain = readChain(certificate);
    requireServes(chain, key, domain.domain);
    await storeCertificate(deps, em, { domain, chain, key: `${key.trim()}\n`, source: 'uploaded' });
    await executeSql(
      em,
      `insert into certificate_renewals (id, domain_id) values (gen_random_uuid(), $1)
       on conflict (domain_id) do update set next_attempt_at = null, attempts = 0, error = null`,
      [domain.id],
    );
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'domain.certificate_upload',
      resourceType: 'domain',
      resourceId: domain.id,
      details: {
        kind: 'certificate',
        domain: domain.domain,
        issuer: chain.issuer,
        expires_at: chain.notAfter.toISOString(),
      },
    });
    return { domain, chain };
  });
  return { ...stored, applied: await tryReconcileIngress(deps) };
}

function requireTls({ domain, tlsEnabled }: Domain): void {
  if (tlsEnabled) return;
  throw new ConflictError(
    `\`${domain}\` is served without HTTPS. Turn it on first: \`domain set ${domain} --tls on\`.`,
  );
}

/** The person learns at once what the job would find out. */
async function requireAllowed({ acme, database }: Deps, { domain }: Domain): Promise<void> {
  try {
    await requireWithinLimits(database.asSystem(), domain, acme.authority.directoryUrl);
  } catch (error) {
    if (error instanceof AuthorityError) throw new ConflictError(error.message, { cause: error });
    throw error;
  }
}
