import { describe, expect, it } from '@jest/globals';
import { type Admitted, createAdmission } from '../../../src/handlers/bodies/admission.ts';

const limits = { all: { bodies: 3, bytes: 100 }, one: { bodies: 2, bytes: 60 }, waitMs: 20, waiting: 2 };

function admitted(entered: Admitted | string): Admitted {
  if (typeof entered === 'string') throw new Error(entered);
  return entered;
}

describe('admission of bodies', () => {
  it('admits as many as one address may have, and then as many as all', async () => {
    const { enter } = createAdmission(limits);
    await Promise.all([enter('a', 10), enter('a', 10)].map(async (entered) => admitted(await entered)));
    expect(await enter('a', 10)).toBe('address is busy');
    admitted(await enter('b', 10));
    expect(await enter('c', 10)).toBe('all are busy');
  });

  it('counts bytes, also of those that turn out to be larger', async () => {
    const { enter } = createAdmission(limits);
    const first = admitted(await enter('a', 20));
    expect([first.grow(20), first.grow(35), first.grow(61)]).toEqual([true, true, false]);
    expect(await enter('a', 30)).toBe('address is busy');
    admitted(await enter('b', 60));
    expect(await enter('c', 1)).toBe('all are busy');
  });

  it('lets those that wait in when one leaves, past those of a busy address', async () => {
    const { enter } = createAdmission({ ...limits, waitMs: 60_000 });
    const [first, second] = [admitted(await enter('a', 30)), admitted(await enter('a', 30))];
    const third = admitted(await enter('b', 40));
    const waiting = [enter('a', 50), enter('c', 40)] as const;
    third.leave();
    third.leave();
    admitted(await waiting[1]);
    first.leave();
    second.leave();
    admitted(await waiting[0]);
  });

  it('lets no more wait than it may', async () => {
    const { enter } = createAdmission({ ...limits, waitMs: 60_000 });
    const held = [admitted(await enter('a', 30)), admitted(await enter('a', 30))];
    const waiting = [enter('a', 1), enter('a', 1)];
    expect(await enter('a', 1)).toBe('address is busy');
    for (const one of held) one.leave();
    for (const entered of waiting) admitted(await entered).leave();
  });
});
