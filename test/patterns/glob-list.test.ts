import { describe, expect, it } from '@jest/globals';
import { folders, literalNames, patterns } from '../../scripts/docs/glob-examples.ts';
import { checkGlobs, type GlobKind, readGlobs } from '../../src/patterns/glob-list.ts';
import { followTurns } from '../support/longest-turn.ts';

async function matches(globs: string | string[], text: string, kind: GlobKind = 'paths') {
  const list = await readGlobs([globs].flat(), kind);
  return list.matchesAny([text]);
}

describe('a pattern of paths', () => {
  it.each(patterns)('%s', async (glob, matching, other) => {
    for (const path of matching) expect([path, await matches(glob, path)]).toEqual([path, true]);
    for (const path of other) expect([path, await matches(glob, path)]).toEqual([path, false]);
  });

  it.each(folders)('means a folder: %s', async (glob, matching, other) => {
    for (const path of matching) expect([path, await matches(glob, path)]).toEqual([path, true]);
    for (const path of other) expect([path, await matches(glob, path)]).toEqual([path, false]);
  });

  it.each(literalNames)('takes names of files as they are: %s', async (glob, matching, other) => {
    for (const path of matching) expect([path, await matches(glob, path)]).toEqual([path, true]);
    for (const path of other) expect([path, await matches(glob, path)]).toEqual([path, false]);
  });
});

describe('a list of patterns', () => {
  it.each<[globs: string[], path: string, matched: boolean]>([
    [['src/**', '!src/docs/**'], 'src/a.ts', true],
    [['src/**', '!src/docs/**'], 'src/docs/a.md', false],
    [['src/**', '!src/docs/**', 'src/docs/api.md'], 'src/docs/api.md', true],
    [['!src/docs/**', 'src/**'], 'src/docs/a.md', true],
    [['!docs'], 'docs/a.md', false],
    [['!docs'], 'src/a.ts', true],
    [['!(auth)/**'], '(auth)/a', false],
    [['src/**'], 'lib/a', false],
  ])('%j: of %s the last that matches decides', async (globs, path, matched) => {
    expect(await matches(globs, path)).toBe(matched);
  });

  it('matches when one of the paths does', async () => {
    const list = await readGlobs(['src/**', '!**/*.md'], 'paths');
    expect(await list.matchesAny(['src/a.md', 'lib/b.ts'])).toBe(false);
    expect(await list.matchesAny(['src/a.md', 'src/b.ts'])).toBe(true);
  });
});

describe('a pattern of names', () => {
  it.each<[globs: string[], name: string, matched: boolean]>([
    [['v*'], 'v1.2.3', true],
    [['v*'], 'v1/2', false],
    [['release/*'], 'release/1', true],
    [['v*', '!v*-rc*'], 'v1-rc1', false],
    [['v[0-9]*'], 'v1', true],
    [['v1'], 'v1/2', false],
    [['**'], 'a/b', true],
  ])('%j: %s', async (globs, name, matched) => {
    expect(await matches(globs, name, 'names')).toBe(matched);
  });
});

describe('what patterns may be', () => {
  it.each<[globs: string[], message: string]>([
    [Array.from({ length: 51 }, () => 'a'), 'at most 50 patterns, not 51'],
    [['a'.repeat(201)], 'a pattern has at most 200 characters, not 201'],
    [['{a,b}'.repeat(7)], `\`${'{a,b}'.repeat(7)}\` stands for more than 100 patterns: use fewer braces`],
    [['{1..101}'], '`{1..101}` stands for more than 100 patterns: use fewer braces'],
    [['a/!(b|c)/d'], '`a/!(b|c)/d`: `!(…)` is not understood. Add an entry that begins with `!` instead'],
    [
      Array.from({ length: 30 }, () => `{1..99}${'a'.repeat(150)}`),
      'the patterns are too long together: use fewer of them, and fewer braces',
    ],
  ])('%.40j is refused', (globs, message) => {
    expect(() => checkGlobs(globs, 'paths')).toThrow(message);
  });

  it('is told apart in time that does not depend on what they are made of', async () => {
    const longestTurn = followTurns();
    const globs = [`${'*a'.repeat(99)}b`, `${'**/a/'.repeat(39)}b`, `${'+(a|aa)'.repeat(28)}b`, '?'.repeat(200)];
    const paths = ['a'.repeat(4_000), 'a/'.repeat(2_000), 'abc'.repeat(1_300)];
    for (const glob of globs) expect(await (await readGlobs([glob], 'paths')).matchesAny(paths)).toBe(false);
    expect(longestTurn()).toBeLessThan(1_000);
  });

  it('is left open when there is too much to compare, in turns with everything else', async () => {
    const list = await readGlobs(
      Array.from({ length: 50 }, (_, at) => `**/${'*a'.repeat(50)}${at}`),
      'paths',
    );
    const longestTurn = followTurns();
    expect(
      await list.matchesAny(Array.from({ length: 100_000 }, (_, at) => `${at}/${'a'.repeat(100)}`)),
    ).toBeUndefined();
    expect(longestTurn()).toBeLessThan(1_000);
  });

  it('costs little when most begin otherwise than the paths', async () => {
    const list = await readGlobs(
      Array.from({ length: 50 }, (_, at) => `services/${at}/**`),
      'paths',
    );
    expect(await list.matchesAny(Array.from({ length: 100_000 }, (_, at) => `docs/page-${at}.md`))).toBe(false);
  });
});
