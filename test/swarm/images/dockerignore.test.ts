import { describe, expect, it } from '@jest/globals';
import { readDockerignore } from '../../../src/swarm/images/dockerignore.ts';
import { followTurns } from '../../support/longest-turn.ts';

/** Whether a path is left out, looked at folder by folder. */
async function ignores(text: string, path: string): Promise<boolean> {
  const rules = await readDockerignore(text);
  let found = { ignored: false, matches: rules.none };
  for (const folder of foldersOf(path)) found = await rules.look(folder, found.matches);
  return found.ignored;
}

function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

describe('a pattern of a .dockerignore', () => {
  it.each<[pattern: string, ignored: string[], sent: string[]]>([
    ['node_modules', ['node_modules', 'node_modules/a/b'], ['a/node_modules', 'Node_Modules', 'node_modules2']],
    ['node_modules/', ['node_modules/a'], ['a/node_modules/b']],
    ['/docs', ['docs', 'docs/a'], ['a/docs']],
    ['./docs//', ['docs/a'], ['a/docs']],
    ['a/../docs', ['docs/a'], ['a/docs']],
    ['*.log', ['a.log', 'dir.log/x'], ['a/b.log', 'a.LOG', 'alog']],
    ['*/*.log', ['a/b.log'], ['b.log', 'a/b/c.log']],
    ['**/*.log', ['a.log', 'a/b/c.log'], ['a.logs']],
    ['**/dist', ['dist', 'a/dist/b'], ['adist']],
    ['**dist', ['dist', 'a/dist', 'adist', 'a/bdist'], ['distb']],
    ['docs/**', ['docs/a', 'docs/a/b'], ['docs', 'docs2/a']],
    ['doc**', ['docs', 'docs/a', 'doc'], ['do']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b/c'], ['ab', 'a/xb']],
    ['**', ['a', 'a/b'], []],
    ['**/**', ['a', 'a/b'], []],
    ['a?c', ['abc', 'a☺c'], ['ac', 'a/c']],
    ['[a-c]x', ['ax', 'cx'], ['dx', '[a-c]x']],
    ['[^a]x', ['bx'], ['ax']],
    ['[!a]x', ['!x', 'ax'], ['bx']],
    [String.raw`[\]]x`, [']x'], ['x']],
    ['a(b)c', ['a(b)c'], ['abc']],
    ['a|b', ['a|b'], ['a', 'b']],
    ['a+', ['a+'], ['aa', 'a']],
    ['a.b$', ['a.b$'], ['axb$', 'a.b']],
    ['{a,b}', ['{a,b}'], ['a', 'b']],
    ['a^b', ['a^b'], ['ab']],
    [String.raw`\*a`, ['*a'], ['ba']],
    [String.raw`\#a`, ['#a'], ['a']],
    ['  spaces  ', ['spaces'], [' spaces']],
    ['.', [], ['a']],
    ['/', [], ['a']],
    ['../a', [], ['a']],
    ['\uFEFFfirst', ['first'], []],
    ['windows\r', ['windows'], []],
  ])('%j', async (pattern, ignored, sent) => {
    for (const path of ignored) expect([path, await ignores(pattern, path)]).toEqual([path, true]);
    for (const path of sent) expect([path, await ignores(pattern, path)]).toEqual([path, false]);
  });

  it.each([
    ['a comment', '#a', '#a'],
    ['an indented comment, which is none', ' #a', 'a'],
    ['an empty line', '\n\n', 'a'],
  ])('%s leaves out nothing else', async (_, text, path) => {
    expect(await ignores(text, path)).toBe(false);
  });

  it.each([
    ['['],
    ['a['],
    ['[]a]'],
    ['[^]'],
    ['[-]'],
    ['[x-]'],
    ['[a-b-c]'],
    ['[^bc'],
    ['\\'],
    ['!'],
    ['! '],
    ['[z-a]'],
    ['\\p'],
  ])('%s is none', async (line) => {
    await expect(readDockerignore(`ok\n${line}`)).rejects.toThrow('Line 2 of the `.dockerignore` is no pattern: `');
  });
});

describe('several patterns', () => {
  it.each<[lines: string[], path: string, ignored: boolean]>([
    [['docs', '!docs/README.md'], 'docs/README.md', false],
    [['docs', '!docs/README.md'], 'docs/other.md', true],
    [['!docs/README.md', 'docs'], 'docs/README.md', true],
    [['*', '!src', 'src/secret'], 'src/a', false],
    [['*', '!src', 'src/secret'], 'src/secret/b', true],
    [['**', '! /src/main '], 'src/main/a', false],
    [['*.md', '!README*.md', 'README-secret.md'], 'README-secret.md', true],
    [['*.md', '!README*.md', 'README-secret.md'], 'README.md', false],
  ])('%j: the last one decides about %s', async (lines, path, ignored) => {
    expect(await ignores(lines.join('\n'), path)).toBe(ignored);
  });

  it.each<[exception: string, folder: string, mayTakeIn: boolean]>([
    ['!out/keep/one', 'out', true],
    ['!out/keep/one', 'out/keep', true],
    ['!out/keep/one', 'node_modules', false],
    ['!out/*.md', 'out', true],
    ['!out/*.md', 'node_modules', false],
    ['!**/*.md', 'node_modules', true],
  ])('%s: whether it is looked for in %s is %s', async (exception, folder, mayTakeIn) => {
    expect((await readDockerignore(`*\n${exception}`)).mayTakeIn(folder)).toBe(mayTakeIn);
  });

  it.each([
    ['more than 1,000 patterns', 'a\n'.repeat(1_001), 'The `.dockerignore` has more than 1000 patterns.'],
    [
      'more than 100,000 characters',
      '#'.repeat(100_001),
      'The `.dockerignore` has more than 100000 characters. Shorten it.',
    ],
  ])('are refused when they have %s', async (_, text, message) => {
    await expect(readDockerignore(text)).rejects.toThrow(message);
  });

  it('take time in proportion to paths and patterns, in turns with everything else', async () => {
    const longestTurn = followTurns();
    const rules = await readDockerignore(Array.from({ length: 100 }, (_, at) => `${'*a'.repeat(300)}${at}`).join('\n'));
    for (let at = 0; at < 10; at += 1) {
      expect((await rules.look(`${'a'.repeat(3_000)}b${at}`, rules.none)).ignored).toBe(false);
    }
    expect(longestTurn()).toBeLessThan(1_000);
  });
});

describe('a .dockerignore that users have reported as broken', () => {
  it.each<[text: string, ignored: string[], sent: string[]]>([
    ['*\n!data\ndata/file1\n', ['data/file1', 'other'], ['data', 'data/file2']],
    [
      '*\n!some.allow1\n!some.allow2\n!**/some.allow1\n!**/some.allow2\n',
      ['some.ignore1', 'nested/some.ignore2'],
      ['some.allow1', 'nested/some.allow1', 'a/b/some.allow2'],
    ],
    ['*\n!a.txt\n!folder/in\n', ['folder/out', 'b.txt'], ['a.txt', 'folder/in']],
    ['*\n!go.*\n!*.go\n!internal/\n', ['README.md', 'web/a.go'], ['go.mod', 'main.go', 'internal/a/b']],
    ['.*\n', ['.env', '.git/config'], ['a/.env', 'a']],
  ])('%j', async (text, ignored, sent) => {
    for (const path of ignored) expect([path, await ignores(text, path)]).toEqual([path, true]);
    for (const path of sent) expect([path, await ignores(text, path)]).toEqual([path, false]);
  });
});
