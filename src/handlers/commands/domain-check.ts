import { checkDomain } from '../../usecases/domains/check-domain.ts';
import type { Finding } from '../../usecases/domains/finding.ts';
import { defineCommand } from '../command.ts';
import { text } from '../options.ts';
import type { Tone } from '../../replies/reply.ts';

const marks: Record<Finding['state'], string> = { good: '✓', warning: '!', wrong: '✗' };

export const domainCheck = defineCommand({
  name: 'domain check',
  summary: 'Say what keeps visitors from a domain, and what to do: application, DNS, ports, certificate',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { domain: text('Domain', 'domain') },
  examples: ['domain check shop.example.com'],
  async run({ deps, user }, input) {
    const { domain, findings } = await checkDomain(deps, { user, domain: input.domain });
    const wrong = findings.filter(({ state }) => state === 'wrong').length;
    return {
      tone: findingsTone(findings),
      title: domain.domain,
      text:
        wrong === 0
          ? 'Visitors reach it.'
          : `${wrong === 1 ? 'One thing keeps' : `${wrong} things keep`} visitors from it.`,
      fields: findings.map(({ part, state, text: value }) => ({ name: `${marks[state]} ${part}`, value })),
      data: { domain: domain.domain, findings },
    };
  },
});

function findingsTone(findings: Finding[]): Tone {
  if (findings.some(({ state }) => state === 'wrong')) return 'danger';
  return findings.some(({ state }) => state === 'warning') ? 'warning' : 'success';
}
