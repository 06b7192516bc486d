import { describe, expect, it } from '@jest/globals';
import { hasSkipMarker, type PushedCommit, summarise } from '../../src/git-hosts/pushed-commits.ts';

const commit = (message: string, paths?: string[]): PushedCommit => ({ message, paths });
/** Distinct paths of 10 characters. */
const many = (count: number) => Array.from({ length: count }, (_, index) => String(index).padStart(10, '0'));

describe('the commits of a push', () => {
  it.each([
    '[skip ci]',
    '[ci skip]',
    '[skip cd]',
    '[cd skip]',
    '[no ci]',
    '[skip actions]',
    '[actions skip]',
    'Docs\n\n[SKIP CI]',
    'Docs\n\n\nskip-checks: true',
    'Docs\n\n\nSigned-off-by: Ada\nskip-checks:true\n',
  ])('%p is a marker', (message) => {
    expect(hasSkipMarker(message)).toBe(true);
  });

  it.each(['skip ci', '[skip]', 'Explain skip-checks: true', 'skip-checks: false', '[no circus]'])(
    '%p is none',
    (message) => {
      expect(hasSkipMarker(message)).toBe(false);
    },
  );

  it.each([
    [[], undefined],
    [['Docs [skip ci]'], true],
    [['Docs [skip ci]', 'More [cd skip]'], true],
    [['Docs [skip ci]', 'Sell apples'], false],
  ])('%j: skipped %p', (messages, skips) => {
    expect(summarise(messages.map((message) => commit(message))).skips).toBe(skips);
  });

  it('touch each path once', () => {
    expect(summarise([commit('a', ['x', 'y']), commit('b', ['y', 'z'])]).paths).toEqual(['x', 'y', 'z']);
  });

  it('touch unknown paths when one of them does not say', () => {
    expect(summarise([]).paths).toBeUndefined();
    expect(summarise([commit('a', ['x']), commit('b')]).paths).toBeUndefined();
  });

  it('touch unknown paths when those are too many', () => {
    expect(summarise([commit('a', many(50_000))]).paths).toHaveLength(50_000);
    expect(summarise([commit('a', many(50_001))]).paths).toBeUndefined();
    expect(summarise([commit('a', ['x'.repeat(4_000_001)])]).paths).toBeUndefined();
  });
});
