import type { AuthorityError } from '../../acme/authority-error.ts';
import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import type { Domain } from '../../entities/domain.ts';
import type { Severity } from '../../entities/notification-route.ts';
import { notify } from '../notify.ts';
import { type Chain, dayOf } from './certificate-chain.ts';

/** An authority that is down is told of when it has been so for a while: the next attempt mostly works. */
const outagesBefore = 3;

export async function tellIssued(
  em: EntityManager,
  domain: Domain,
  { chain, failures, nextAttemptAt }: { chain: Chain; failures: number; nextAttemptAt: Date },
): Promise<void> {
  await tell(em, domain, {
    // Who heard of the failure hears that it is over.
    severity: failures > 0 ? 'warning' : 'info',
    about: 'issued',
    reply: {
      tone: 'success',
      title: `${domain.domain} has a new certificate`,
      text: `By ${chain.issuer}, valid until ${dayOf(chain.notAfter)}; renewed about ${dayOf(nextAttemptAt)}.`,
    },
  });
}

export async function tellFailure(
  em: EntityManager,
  domain: Domain,
  { attempts, error, nextAttemptAt }: { attempts: number; error: AuthorityError; nextAttemptAt: Date },
): Promise<void> {
  const passing = error.kind === 'unavailable' || error.kind === 'rate-limited';
  if (attempts !== (passing ? outagesBefore : 1)) return;
  await tell(em, domain, {
    severity: 'warning',
    about: 'failed',
    reply: {
      tone: 'warning',
      title: `No certificate for ${domain.domain} yet`,
      text: `${error.message}\nShipmate tries again at ${nextAttemptAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
      actions: [
        { label: 'Try now', command: `cert renew ${domain.domain}` },
        { label: 'Show', command: `cert show ${domain.domain}` },
      ],
    },
  });
}

export async function tell(
  em: EntityManager,
  domain: Domain,
  { about, reply, severity }: { about: string; reply: object; severity: Severity },
): Promise<void> {
  const application =
    domain.targetType === 'application' ? await em.findOne(Application, { id: domain.targetId }) : null;
  await notify(em, {
    event: 'certificate',
    severity,
    subject: `${domain.id}:${about}`,
    ...(application
      ? { applicationId: application.id }
      : { resource: { projectId: domain.project.id, name: domain.domain } }),
    reply,
  });
}
