import { describe, expect, it } from '@jest/globals';
import { createGroupCommit } from '../../../src/usecases/pushes/group-commit.ts';

/** Commits that last until they are told to end. */
function heldCommits({ most = 3, committers = 1, patienceMs = 60_000, gatherMs = 1 } = {}) {
  const begun: string[][] = [];
  const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const beginnings = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const group = createGroupCommit<string, string>({
    most,
    committers,
    patienceMs,
    gatherMs,
    async commit(items) {
      const at = begun.push(items) - 1;
      beginnings[at]?.resolve();
      await ends[at]?.promise;
      return items.map((item) => `${item} is stored`);
    },
  });
  return {
    add: (item: string, ...keys: string[]) => group.add(item, keys),
    begun,
    end: (at: number) => ends[at]?.resolve(),
    fail: (at: number) => ends[at]?.reject(new Error('on purpose')),
    /** Resolves when that many commits have begun before it, and it has. */
    begins: (at: number) => beginnings[at]?.promise,
  };
}

describe('a group commit', () => {
  it('takes what arrived at the same time, and then what arrived meanwhile, up to the most', async () => {
    const held = heldCommits();
    const first = [held.add('a'), held.add('b')];
    await held.begins(0);
    const later = [held.add('c'), held.add('d'), held.add('e'), held.add('f')];
    held.end(0);
    expect(await Promise.all(first)).toEqual(['a is stored', 'b is stored']);
    await held.begins(1);
    held.end(1);
    await held.begins(2);
    held.end(2);
    expect(await Promise.all(later)).toEqual(['c is stored', 'd is stored', 'e is stored', 'f is stored']);
    expect(held.begun).toEqual([['a', 'b'], ['c', 'd', 'e'], ['f']]);
  });

  it('never commits items of one key together, and keeps their order', async () => {
    const held = heldCommits();
    const all = [held.add('a1', 'a'), held.add('a2', 'a'), held.add('b', 'b'), held.add('ab', 'a', 'b')];
    for (const at of [0, 1, 2]) {
      await held.begins(at);
      held.end(at);
    }
    await Promise.all(all);
    expect(held.begun).toEqual([['a1', 'b'], ['a2'], ['ab']]);
  });

  it('begins another one beside one that takes long, without the keys that it holds', async () => {
    const held = heldCommits({ committers: 2, patienceMs: 1 });
    const slow = held.add('slow', 'a');
    await held.begins(0);
    const others = [held.add('same', 'a'), held.add('other', 'b')];
    await held.begins(1);
    expect(held.begun).toEqual([['slow'], ['other']]);
    held.end(1);
    held.end(0);
    await held.begins(2);
    held.end(2);
    await Promise.all([slow, ...others]);
    expect(held.begun).toEqual([['slow'], ['other'], ['same']]);
  });

  it('waits for as many as came together before, as those senders come back', async () => {
    const held = heldCommits({ gatherMs: 2_147_483_647 });
    const first = [held.add('a'), held.add('b')];
    await held.begins(0);
    held.end(0);
    await Promise.all(first);
    const next = [held.add('c')];
    await new Promise(setImmediate);
    expect(held.begun).toHaveLength(1);
    next.push(held.add('d'));
    await held.begins(1);
    held.end(1);
    await Promise.all(next);
    expect(held.begun).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('waits in vain only for a moment, and ever fewer items', async () => {
    const held = heldCommits({ gatherMs: 1 });
    for (const [at, items] of [['a', 'b'], ['c'], ['d']].entries()) {
      const added = items.map((item) => held.add(item));
      await held.begins(at);
      held.end(at);
      await Promise.all(added);
    }
    expect(held.begun).toEqual([['a', 'b'], ['c'], ['d']]);
  });

  it('fails for those of one commit only', async () => {
    const held = heldCommits();
    const failing = held.add('a');
    await held.begins(0);
    const fine = held.add('b');
    held.fail(0);
    await expect(failing).rejects.toThrow('on purpose');
    await held.begins(1);
    held.end(1);
    expect(await fine).toBe('b is stored');
  });
});
