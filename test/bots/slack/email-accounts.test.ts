import { describe, expect, it } from '@jest/globals';
import { webApi } from '@slack/bolt';
import { createEmailAccounts } from '../../../src/bots/slack/email-accounts.ts';
import { pino } from 'pino';

function accounts(answer: () => object) {
  const asked: string[] = [];
  let now = 0;
  const users = {
    async lookupByEmail({ email }: { email: string }) {
      asked.push(email);
      return answer();
    },
  } as unknown as webApi.WebClient['users'];
  const of = createEmailAccounts({ users }, pino({ level: 'silent' }), () => now);
  return { asked, of, pass: (ms: number) => (now += ms) };
}

function refusal(error: string): never {
  throw new webApi.WebAPIPlatformError({ ok: false, error });
}

describe('the account of an address', () => {
  it('is asked for once a day, whatever its letters', async () => {
    const { asked, of, pass } = accounts(() => ({ user: { id: 'U3' } }));
    expect([await of('Grace@example.com'), await of('grace@EXAMPLE.com')]).toEqual(['U3', 'U3']);
    pass(25 * 3_600_000);
    expect(await of('grace@example.com')).toBe('U3');
    expect(asked).toEqual(['grace@example.com', 'grace@example.com']);
  });

  it('is remembered to be nobody’s, or of somebody who left', async () => {
    const nobody = accounts(() => refusal('users_not_found'));
    expect([await nobody.of('a@b.c'), await nobody.of('a@b.c'), nobody.asked]).toEqual([
      undefined,
      undefined,
      ['a@b.c'],
    ]);
    const left = accounts(() => ({ user: { id: 'U4', deleted: true } }));
    expect([await left.of('a@b.c'), await left.of('a@b.c'), left.asked]).toEqual([undefined, undefined, ['a@b.c']]);
  });

  it('is not asked for within an hour after a missing scope', async () => {
    const { asked, of, pass } = accounts(() => refusal('missing_scope'));
    expect([await of('a@b.c'), await of('d@e.f'), asked]).toEqual([undefined, undefined, ['a@b.c']]);
    pass(3_600_001);
    await of('d@e.f');
    expect(asked).toEqual(['a@b.c', 'd@e.f']);
  });

  it('of many addresses are kept up to a limit', async () => {
    const { asked, of } = accounts(() => ({ user: { id: 'U3' } }));
    for (let at = 0; at <= 2_000; at += 1) await of(`${at}@b.c`);
    await of('0@b.c');
    expect(asked).toHaveLength(2_002);
  });
});
