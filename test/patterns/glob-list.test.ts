import { describe, expect, it } from '@jest/globals';
import { checkGlobs, type GlobKind, readGlobs } from '../../src/patterns/glob-list.ts';
import { followTurns } from '../support/longest-turn.ts';

async function matches(globs: string | string[], text: string, kind: GlobKind = 'paths') {
  const list = await readGlobs([globs].flat(), kind);
  return list.matchesAny([text]);
}

describe('a pattern of paths', () => {
  it.each<[glob: string, matching: string[], other: string[]]>([
    [
      'services/api/**',
      ['services/api/a', 'services/api/a/b.ts', 'services/api'],
      ['services/apis/a', 'a/services/api/b'],
    ],
    ['*.json', ['a.json', '.json'], ['a/b.json', 'a.jsonc', 'ajson']],
    ['**/*.ts', ['a.ts', 'a/b.ts', 'a/b/.c.ts'], ['a.tsx', 'ats']],
    ['src/**/test/*.js', ['src/test/a.js', 'src/a/b/test/a.js'], ['src/test/a/b.js', 'src/atest/a.js']],
    ['src/*/index.ts', ['src/a/index.ts', 'src/.a/index.ts'], ['src/index.ts', 'src/a/b/index.ts']],
    ['a?c', ['abc', 'a☺c'], ['ac', 'a/c', 'abbc']],
    ['**', ['a', 'a/b/.c'], []],
    ['packages/*/**', ['packages/a/b', 'packages/a/b/c'], ['packages/README.md', 'packages']],
    ['a**', ['a', 'abc'], ['b', 'a/b']],
    ['{src,lib}/**', ['src/a', 'lib/a/b'], ['srclib/a', 'test/a']],
    ['{a,b{c,d}}.txt', ['a.txt', 'bc.txt', 'bd.txt'], ['b.txt', 'ad.txt']],
    ['v{1..3}/x', ['v1/x', 'v3/x'], ['v4/x', 'v1..3/x']],
    ['{only}/a{', ['{only}/a{'], ['only/a']],
    ['file[0-9].md', ['file1.md', 'file[0-9].md'], ['filea.md']],
    ['file[!0-9].md', ['filea.md'], ['file1.md', 'file/.md']],
    ['file[^a].md', ['fileb.md'], ['filea.md']],
    ['@(a|b)/*.ts', ['a/x.ts', 'b/x.ts'], ['c/x.ts']],
    ['(a|b)/*.ts', ['a/x.ts', 'b/x.ts'], ['ab/x.ts']],
    ['+(ab).ts', ['ab.ts', 'abab.ts', '+(ab).ts'], ['.ts', 'a.ts']],
    ['a?(b)c*', ['ac', 'abcd'], ['abb']],
    ['a*(b)c*', ['ac', 'abbbc'], ['adc']],
    [String.raw`a\*b`, ['a*b'], ['aab']],
    [String.raw`a\{b,c\}`, ['a{b,c}'], ['ab']],
    ['a.b+c^$|', ['a.b+c^$|'], ['aab+c^$|']],
  ])('%s', async (glob, matching, other) => {
    for (const path of matching) expect([path, await matches(glob, path)]).toEqual([path, true]);
    for (const path of other) expect([path, await matches(glob, path)]).toEqual([path, false]);
  });

  it.each<[glob: string, matching: string[], other: string[]]>([
    ['docs', ['docs', 'docs/a', 'docs/a/b'], ['docsy', 'a/docs', 'doc']],
    ['docs/', ['docs/a', 'docs/a/b'], ['docsy', 'a/docs/b']],
    ['/docs/**', ['docs/a', 'docs/a/b'], ['a/docs/b']],
    ['/docs', ['docs', 'docs/a'], ['a/docs']],
    ['./docs', ['docs', 'docs/a'], ['a/docs']],
    ['services/*/api', ['services/a/api/b', 'services/a/api'], ['services/api/b']],
    ['services/*/', ['services/a/b'], ['other/a/b']],
    ['services/*', ['services/a'], ['services/a/b']],
    ['.', ['a', 'a/b'], []],
    ['/', ['a', 'a/b'], []],
  ])('means a folder: %s', async (glob, matching, other) => {
    for (const path of matching) expect([path, await matches(glob, path)]).toEqual([path, true]);
    for (const path of other) expect([path, await matches(glob, path)]).toEqual([path, false]);
  });

  it.each<[glob: string, matching: string[], other: string[]]>([
    ['app/[id]/**', ['app/[id]/page.tsx', 'app/[id]/a/b.ts'], ['app/id/page.tsx', 'app/x/page.tsx']],
    ['app/[...slug]/page.tsx', ['app/[...slug]/page.tsx'], ['app/slug/page.tsx']],
    ['app/[[...slug]]/**', ['app/[[...slug]]/page.tsx'], ['app/slug/page.tsx']],
    ['app/(auth)/**', ['app/(auth)/login/page.tsx'], ['app/auth/login/page.tsx']],
    ['app/(.)photo/**', ['app/(.)photo/page.tsx'], ['app/photo/page.tsx']],
    ['app/@modal/(..)a', ['app/@modal/(..)a/page.tsx'], ['app/modal/a']],
    ['src/routes/[id=integer]/*', ['src/routes/[id=integer]/+page.ts'], ['src/routes/id/+page.ts']],
    ['src/routes/+page@(app).svelte', ['src/routes/+page@(app).svelte'], ['src/routes/page.svelte']],
    ['src/routes/[[lang]]/+page.svelte', ['src/routes/[[lang]]/+page.svelte'], ['src/routes/lang/+page.svelte']],
    ['a[b', ['a[b'], ['ab']],
    ['a(b', ['a(b'], ['ab']],
    ['[]', ['[]'], ['a']],
  ])('takes names of files as they are: %s', async (glob, matching, other) => {
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
