import { describe, expect, it } from '@jest/globals';
import type { FactKind, NotificationFact } from '../../src/entities/notification-facts.ts';
import { factReply } from '../../src/replies/notifications.ts';
import type { Reply } from '../../src/replies/reply.ts';
import { backupFacts } from '../support/worded-facts/backups.ts';
import { certificateFacts } from '../support/worded-facts/certificates.ts';
import { healthFacts } from '../support/worded-facts/health.ts';
import { hostAppFacts } from '../support/worded-facts/host-apps.ts';
import { hostFacts } from '../support/worded-facts/hosts.ts';
import { usageFacts } from '../support/worded-facts/usage.ts';
import { workFacts } from '../support/worded-facts/work.ts';
import type { WordedFacts } from '../support/worded-facts/worded-facts.ts';

/** Digests have tests of their own; any other kind that is missing here does not compile. */
const table: WordedFacts<Exclude<FactKind, 'digest'>> = {
  ...healthFacts,
  ...backupFacts,
  ...certificateFacts,
  ...hostFacts,
  ...hostAppFacts,
  ...usageFacts,
  ...workFacts,
};
const cases = Object.entries(table).flatMap(([kind, forms]) =>
  forms.map(([form, fact, reply]) => ({ kind, form, fact: { ...fact, kind } as NotificationFact, reply })),
);

describe('a fact', () => {
  it.each(cases)('$kind $form', async ({ fact, reply }) => {
    // As it comes back from the database.
    expect(await factReply(JSON.parse(JSON.stringify(fact)) as NotificationFact)).toEqual(reply);
  });

  it('of no kind, and a reply in no tone, do not compile', () => {
    // @ts-expect-error No such kind.
    const vanished: NotificationFact = { kind: 'node-vanished', node: 'host-2', awaySeconds: 60 };
    // @ts-expect-error No such tone.
    const misspelt: Reply = { tone: 'sucess' };
    expect([vanished.kind, misspelt.tone]).toEqual(['node-vanished', 'sucess']);
  });
});
