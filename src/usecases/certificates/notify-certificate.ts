import type { AuthorityError } from '../../acme/authority-error.ts';
import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import type { Certificate } from '../../entities/certificate.ts';
import type { Domain } from '../../entities/domain.ts';
import { notify, type OccurredEvent } from '../notify.ts';
import type { Chain } from './certificate-chain.ts';

/** Outages notify at the third failure, since the next attempt usually succeeds. */
const outagesBefore = 3;

export async function notifyIssued(
  em: EntityManager,
  domain: Domain,
  { chain, failures, nextAttemptAt }: { chain: Chain; failures: number; nextAttemptAt: Date },
): Promise<void> {
  await notifyOfDomain(em, domain, {
    // The recovery has the failure's severity, so it reaches the same routes.
    severity: failures > 0 ? 'warning' : 'info',
    subject: 'issued',
    fact: {
      kind: 'certificate-issued',
      domain: domain.domain,
      issuer: chain.issuer,
      expiresAt: chain.notAfter.toISOString(),
      renewsAt: nextAttemptAt.toISOString(),
    },
  });
}

export async function notifyIssueFailed(
  em: EntityManager,
  domain: Domain,
  { attempts, error, nextAttemptAt }: { attempts: number; error: AuthorityError; nextAttemptAt: Date },
): Promise<void> {
  const passing = error.kind === 'unavailable' || error.kind === 'rate-limited';
  if (attempts !== (passing ? outagesBefore : 1)) return;
  await notifyOfDomain(em, domain, {
    severity: 'warning',
    subject: 'failed',
    fact: {
      kind: 'certificate-failed',
      domain: domain.domain,
      reason: error.message,
      retryAt: nextAttemptAt.toISOString(),
    },
  });
}

/** @param threshold Days left; each threshold notifies once. */
export async function notifyExpiring(
  em: EntityManager,
  domain: Domain,
  { expiresAt, issuer, source }: Certificate,
  { daysLeft, threshold }: { daysLeft: number; threshold: number },
): Promise<void> {
  const level = threshold <= 3 ? 'danger' : 'warning';
  await notifyOfDomain(em, domain, {
    severity: level,
    subject: `expires-${threshold}`,
    fact: {
      kind: 'certificate-expiring',
      domain: domain.domain,
      issuer,
      uploaded: source === 'uploaded',
      expiresAt: expiresAt.toISOString(),
      daysLeft,
      level,
    },
  });
}

async function notifyOfDomain(
  em: EntityManager,
  domain: Domain,
  { subject, ...event }: Pick<OccurredEvent, 'fact' | 'severity' | 'subject'>,
): Promise<void> {
  // Nobody may do anything about it by a command; the program's own log has it.
  if (!domain.project) return;
  const application =
    domain.targetType === 'application' ? await em.findOne(Application, { id: domain.targetId }) : null;
  await notify(em, {
    ...event,
    subject: `${domain.id}:${subject}`,
    ...(application
      ? { applicationId: application.id }
      : { resource: { projectId: domain.project.id, name: domain.domain } }),
  });
}
