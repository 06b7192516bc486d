import type { AcmeAccount } from '../../acme/authority.ts';
import { AuthorityError } from '../../acme/authority-error.ts';
import type { EntityManager } from '../../database/database.ts';
import { CertificateOrder } from '../../entities/certificate-order.ts';
import { CertificateRenewal } from '../../entities/certificate-renewal.ts';
import { Domain } from '../../entities/domain.ts';
import { UserError } from '../../errors.ts';
import { logUnexpected } from '../../unexpected-error.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { type Issued, issueCertificate } from './issue-certificate.ts';
import type { ProofOptions } from './prove-domain.ts';
import { renewalTime, retryTime } from './renewal-times.ts';
import { serveCertificate } from './serve-certificate.ts';
import { storeCertificate } from './store-certificate.ts';
import { notifyIssueFailed, notifyIssued } from './notify-certificate.ts';

export type Renewed = { ok: true } | { ok: false; reason: AuthorityError };

/**
 * Renews the domain's certificate and hands it to the ingress; the current one is served until then. A failure is
 * recorded, notified and retried later. Rejects only when aborted, which leaves the renewal due.
 */
export async function renewCertificate(
  deps: Deps,
  request: { account: AcmeAccount; domain: Domain; signal: AbortSignal },
  options: ProofOptions = {},
): Promise<Renewed> {
  const { domain } = request;
  const em = deps.database.asSystem();
  await em.nativeUpdate(CertificateRenewal, { domain: domain.id }, { runningSince: new Date() });
  try {
    const issued = await issueCertificate(deps, request, options);
    await deps.database.asSystem().transactional((inner) => storeRenewal(deps, inner, domain, issued));
  } catch (error) {
    if (request.signal.aborted) {
      await em.nativeUpdate(CertificateRenewal, { domain: domain.id }, { runningSince: null });
      throw error;
    }
    const reason = authorityErrorOf(deps, domain, error);
    if (domain.targetType === 'shipmate')
      deps.logger.warn({ domain: domain.domain, why: reason.message }, 'no certificate for Shipmate itself yet');
    await deps.database.asSystem().transactional((inner) => noteFailure(inner, domain, reason));
    return { ok: false, reason };
  }
  await serveCertificate(deps, domain).catch((error: unknown) => {
    deps.logger.warn({ err: error, domain: domain.domain }, 'could not hand the certificate to the ingress yet');
  });
  return { ok: true };
}

/** A failure of one domain, bugs included, must not block the others. */
function authorityErrorOf(deps: Deps, { domain }: Domain, error: unknown): AuthorityError {
  if (error instanceof AuthorityError) return error;
  if (error instanceof UserError) return new AuthorityError('failed', error.message, { cause: error });
  const { sentence } = logUnexpected(deps, error, 'could not renew the certificate', { domain });
  return new AuthorityError('failed', sentence, { cause: error });
}

async function storeRenewal(
  deps: Deps,
  em: EntityManager,
  domain: Domain,
  { chain, key, orderId }: Issued,
): Promise<void> {
  const renewal = await em.findOneOrFail(CertificateRenewal, { domain: domain.id });
  const failures = renewal.attempts;
  const id = await storeCertificate(deps, em, { domain, chain, key, source: 'acme' });
  const nextAttemptAt = renewalTime({ id, ...chain });
  em.assign(renewal, { attempts: 0, error: null, runningSince: null, nextAttemptAt });
  await em.nativeUpdate(CertificateOrder, { id: orderId }, { status: 'valid', privateKey: null, endedAt: new Date() });
  await em.flush();
  await notifyIssued(em, domain, { chain, failures, nextAttemptAt });
}

async function noteFailure(em: EntityManager, domain: Domain, error: AuthorityError): Promise<void> {
  const renewal = await em.findOneOrFail(CertificateRenewal, { domain: domain.id });
  const attempts = renewal.attempts + 1;
  const nextAttemptAt = retryTime(renewal.id, attempts, new Date(), error.retryAt);
  em.assign(renewal, { attempts, error: error.message, runningSince: null, nextAttemptAt });
  // Keep the order when the authority is down; discard one that it refused.
  if (error.kind !== 'unavailable' && error.kind !== 'failed') {
    const status = error.kind === 'invalid' ? 'invalid' : 'abandoned';
    await em.nativeUpdate(
      CertificateOrder,
      { domain: domain.id, status: 'pending' },
      { status, privateKey: null, endedAt: new Date(), error: error.message },
    );
  }
  await em.flush();
  await recordAudit(em, {
    action: 'domain.certificate_fail',
    resourceType: 'domain',
    resourceId: domain.id,
    details: { kind: 'certificate', domain: domain.domain, attempts, error: error.message },
  });
  await notifyIssueFailed(em, domain, { attempts, error, nextAttemptAt });
}
