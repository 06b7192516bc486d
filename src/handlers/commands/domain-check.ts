import { checkDomain } from '../../usecases/domains/check-domain.ts';
import { checkOwnDomain } from '../../usecases/domains/check-own-domain.ts';
import { checkDatabaseDomain } from '../../usecases/domains/check-database-domain.ts';
import { leadsToDatabaseIfKnown } from '../../usecases/domains/domain-target.ts';
import { ownDomainReply } from '../../replies/domain-check/own-domain-reply.ts';
import { databaseDomainReply } from '../../replies/domain-check/database-domain-reply.ts';
import { defineCommand } from '../command.ts';
import { text } from '../options.ts';
import { domainCheckReply } from '../../replies/domain-check/domain-check-reply.ts';

export const domainCheck = defineCommand({
  name: 'domain check',
  summary: 'Check why a domain is unreachable and what to do: application or database, DNS, ports, certificate',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { domain: text('Domain', 'domain') },
  examples: ['domain check shop.example.com'],
  async run({ deps, user }, input) {
    if (await leadsToDatabaseIfKnown(deps, user, input.domain)) {
      return databaseDomainReply(await checkDatabaseDomain(deps, { user, domain: input.domain }));
    }
    const own = await checkOwnDomain(deps, { user, domain: input.domain });
    if (own) return ownDomainReply(own);
    return domainCheckReply(await checkDomain(deps, { user, domain: input.domain }));
  },
});
