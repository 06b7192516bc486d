import { formatTime } from '../../units/times.ts';
import type { OwnDomainChecks } from '../../usecases/domains/check-own-domain.ts';
import type { Reply } from '../reply.ts';
import { certificateFinding } from './certificate-finding.ts';
import { dnsFinding } from './dns-finding.ts';
import { findingsReply } from './domain-check-reply.ts';
import type { Finding } from './finding.ts';
import { portFinding, unreachableFinding } from './port-findings.ts';

/** No command renews it: it has no application that somebody could name. */
const renew = '`schedule run renew-certificates` renews what is due.';

/** The address of Shipmate itself. */
export function ownDomainReply(checks: OwnDomainChecks): Reply {
  const { certificate, dns, domain, failure, ports, unreachable } = checks;
  const findings = [
    dnsFinding(dns),
    ...unreachable.map(unreachableFinding),
    ...ports.map(portFinding),
    ...(certificate ? [certificateFinding(domain.domain, certificate, renew)] : []),
    ...(failure ? [renewalFinding(failure)] : []),
  ];
  return findingsReply(domain.domain, findings, 'visitors');
}

function renewalFinding({ error, nextAttemptAt }: NonNullable<OwnDomainChecks['failure']>): Finding {
  const next = nextAttemptAt ? ` The next attempt is at ${formatTime(nextAttemptAt)}.` : '';
  return { part: 'Renewal', state: 'warning', text: `The last attempt failed: ${error}${next}` };
}
