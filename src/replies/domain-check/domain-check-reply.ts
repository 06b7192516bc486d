import { capitalised } from '../../word-lists.ts';
import type { DomainChecks } from '../../usecases/domains/domain-checks.ts';
import type { Reply, Tone } from '../reply.ts';
import { certificateFinding } from './certificate-finding.ts';
import { dnsFinding } from './dns-finding.ts';
import type { Finding } from './finding.ts';
import { portFinding, unreachableFinding } from './port-findings.ts';
import { targetFinding } from './target-finding.ts';

const marks: Record<Finding['state'], string> = { good: '✓', warning: '!', wrong: '✗' };

export function domainCheckReply(checks: DomainChecks): Reply {
  const { domain } = checks.domain;
  return findingsReply(domain, domainFindings(checks), 'visitors');
}

/** @param who Those whom the findings keep away, e.g. `visitors`. */
export function findingsReply(domain: string, findings: Finding[], who: string): Reply {
  const wrong = findings.filter(({ state }) => state === 'wrong').length;
  return {
    tone: findingsTone(findings),
    title: domain,
    text:
      wrong === 0
        ? `${capitalised(who)} reach it.`
        : `${wrong === 1 ? 'One thing keeps' : `${wrong} things keep`} ${who} from it.`,
    fields: findings.map(({ part, state, text: value }) => ({ name: `${marks[state]} ${part}`, value })),
    data: { domain, findings },
  };
}

/** In the order in which they have to be right. */
export function domainFindings({ certificate, dns, domain, ports, target, unreachable }: DomainChecks): Finding[] {
  return [
    targetFinding(target),
    dnsFinding(dns),
    ...unreachable.map(unreachableFinding),
    ...ports.map(portFinding),
    ...(certificate ? [certificateFinding(domain.domain, certificate)] : []),
  ];
}

function findingsTone(findings: Finding[]): Tone {
  if (findings.some(({ state }) => state === 'wrong')) return 'danger';
  return findings.some(({ state }) => state === 'warning') ? 'warning' : 'success';
}
