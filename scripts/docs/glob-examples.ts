/** What a glob of paths matches, and what it does not: tests try each, and the table in docs/webhooks.md shows them. */
export type GlobExample = [glob: string, matching: string[], other: string[]];

/** Patterns. */
export const patterns: GlobExample[] = [
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
];

/** Folders, with or without slashes around them. */
export const folders: GlobExample[] = [
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
];

/** Names of files that look like patterns. */
export const literalNames: GlobExample[] = [
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
];
