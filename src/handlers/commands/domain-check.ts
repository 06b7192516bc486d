import { checkDomain } from '../../usecases/domains/check-domain.ts';
import { defineCommand } from '../command.ts';
import { text } from '../options.ts';
import { domainCheckReply } from '../../replies/domain-check/domain-check-reply.ts';

export const domainCheck = defineCommand({
  name: 'domain check',
  summary: 'Check why a domain is unreachable and what to do: application, DNS, ports, certificate',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { domain: text('Domain', 'domain') },
  examples: ['domain check shop.example.com'],
  async run({ deps, user }, input) {
    return domainCheckReply(await checkDomain(deps, { user, domain: input.domain }));
  },
});
