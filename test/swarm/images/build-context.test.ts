import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from '@jest/globals';
import { extract } from 'tar-stream';
import { ignoreFileOf, packContext, readContext } from '../../../src/swarm/images/build-context.ts';
import { folder } from '../../support/swarm-fixture.ts';

const limit = 10_000;
const options = { limitBytes: limit, signal: new AbortController().signal };

describe('a hostile build context', () => {
  it.each(['../Dockerfile', 'sub/../../Dockerfile', '/etc/passwd'])(
    'is refused for the Dockerfile %s',
    async (path) => {
      await using context = await folder({ Dockerfile: 'FROM scratch\n' });
      await expect(readContext(context.path, path, options)).rejects.toThrow('points outside the build context');
    },
  );

  it('is refused when the Dockerfile is a link to somewhere else', async () => {
    await using context = await folder({ '.dockerignore': 'Dockerfile\n' });
    await context.link('Dockerfile', '/etc/passwd');
    await expect(readContext(context.path, 'Dockerfile', options)).rejects.toThrow('points outside the build context');
  });

  it('is refused above the limit', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n', big: 'x'.repeat(limit) });
    await expect(readContext(context.path, 'Dockerfile', options)).rejects.toThrow(
      'The build context is larger than 9.77 KiB. Exclude what the build does not need with a `.dockerignore`.',
    );
  });

  it('is refused for a named pipe', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n' });
    execFileSync('mkfifo', [join(context.path, 'pipe')]);
    await expect(readContext(context.path, 'Dockerfile', options)).rejects.toThrow(
      'which is not a file, folder or link',
    );
  });
});

describe('a build context', () => {
  it('names a Dockerfile that is missing', async () => {
    await using context = await folder({ 'main.js': '' });
    await expect(readContext(context.path, 'Dockerfile', options)).rejects.toThrow(
      'There is no `Dockerfile` in the build context.',
    );
  });

  it('does not count what is ignored, and keeps links inside', async () => {
    await using context = await folder({
      Dockerfile: 'FROM scratch\n',
      '.dockerignore': 'node_modules\n',
      'node_modules/big': 'x'.repeat(limit),
    });
    await context.link('again', 'Dockerfile');
    await context.link('node_modules/out', '/etc/passwd');
    const { paths } = await readContext(context.path, 'Dockerfile', options);
    expect(paths).toEqual(['.dockerignore', 'Dockerfile', 'again']);
  });

  it.each([
    ['an absolute link', '/etc/passwd'],
    ['a link above the root', '../../outside'],
    ['a link through a linked folder', 'here/../../etc'],
    ['a link to nothing', 'missing'],
  ])('has %s as a link', async (_, target) => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n', 'sub/file': '' });
    await context.link('here', '.');
    await context.link('sub/link', target);
    const read = await readContext(context.path, 'Dockerfile', options);
    expect(read.paths).toEqual(['Dockerfile', 'here', 'sub', 'sub/file', 'sub/link']);
    expect(await linksOf(packContext(read, 'Dockerfile'))).toEqual({ here: '.', 'sub/link': target });
  });

  it('is in the order in which an Engine compares it with what it has', async () => {
    await using context = await folder({ Dockerfile: '', 'a/b': '', 'a-b': '', 'a.b': '', 'a/é': '', 'a/z': '' });
    const { paths } = await readContext(context.path, 'Dockerfile', options);
    expect(paths).toEqual(['Dockerfile', 'a', 'a/b', 'a/z', 'a/é', 'a-b', 'a.b']);
  });

  it('has patterns of its own for a Dockerfile', async () => {
    await using context = await folder({
      'app/api.Dockerfile': 'FROM scratch\n',
      'app/api.Dockerfile.dockerignore': 'web\n',
      '.dockerignore': 'api\n',
      'web/x': '',
      'api/x': '',
    });
    const ignoreFile = await ignoreFileOf(context.path, 'app/api.Dockerfile');
    const { paths } = await readContext(context.path, 'app/api.Dockerfile', { ...options, ignoreFile });
    expect(paths).toEqual([
      '.dockerignore',
      'api',
      'api/x',
      'app',
      'app/api.Dockerfile',
      'app/api.Dockerfile.dockerignore',
    ]);
    expect(await ignoreFileOf(context.path, 'Dockerfile')).toBe('.dockerignore');
  });

  it('has nothing of an ignored folder but what an exception takes in', async () => {
    await using context = await folder({
      Dockerfile: 'FROM scratch\n',
      '.dockerignore': 'Docs\nout\n!out/keep\n**/*.log\n!**/important.log\nDockerfile\n',
      'docs/a': '',
      'Docs/b': '',
      'out/drop': '',
      'out/keep/one': '',
      'out/deep/important.log': '',
      'src/a.log': '',
    });
    const read = await readContext(context.path, 'Dockerfile', options);
    expect(await filesOf(packContext(read, 'Dockerfile'))).toEqual([
      '.dockerignore',
      'Dockerfile',
      'docs/a',
      'out/deep/important.log',
      'out/keep/one',
    ]);
  });

  it('is refused with the line of the `.dockerignore` that is no pattern', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n', '.dockerignore': '# all\n[\n' });
    await expect(readContext(context.path, 'Dockerfile', options)).rejects.toThrow(
      'Line 2 of the `.dockerignore` is no pattern: `[`.',
    );
  });

  it('is no longer looked at when the build was ended', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n' });
    const signal = AbortSignal.abort(new Error('cancelled by ada'));
    await expect(readContext(context.path, 'Dockerfile', { limitBytes: limit, signal })).rejects.toThrow(
      'cancelled by ada',
    );
  });
});

async function linksOf(tar: Readable): Promise<Record<string, string>> {
  const links: Record<string, string> = {};
  const files = extract();
  files.on('entry', ({ linkname, name, type }, stream, next) => {
    if (type === 'symlink') links[name] = linkname ?? '';
    stream.on('end', next).resume();
  });
  await pipeline(tar, files);
  return links;
}

async function filesOf(tar: Readable): Promise<string[]> {
  const names: string[] = [];
  const files = extract();
  files.on('entry', ({ name, type }, stream, next) => {
    if (type === 'file') names.push(name);
    stream.on('end', next).resume();
  });
  await pipeline(tar, files);
  return names.sort();
}
