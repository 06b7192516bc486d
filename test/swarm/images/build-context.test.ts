import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from '@jest/globals';
import { extract } from 'tar-stream';
import { openContext } from '../../../src/swarm/images/build-context.ts';
import { folder } from '../../support/swarm-fixture.ts';

const limit = 10_000;
const options = { limitBytes: limit, signal: new AbortController().signal };

describe('a hostile build context', () => {
  it.each([
    ['an absolute symlink', 'passwd', '/etc/passwd'],
    ['a symlink above the root', 'sub/up', '../../outside'],
    ['a symlink through a linked folder', 'sneaky', 'here/../../etc'],
  ])('is refused for %s', async (_, link, target) => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n', 'sub/file': '' });
    await context.link('here', '.');
    await context.link(link, target);
    await expect(openContext(context.path, 'Dockerfile', options)).rejects.toThrow(
      `The symlink \`${link}\` points outside the build context.`,
    );
  });

  it.each(['../Dockerfile', 'sub/../../Dockerfile', '/etc/passwd'])(
    'is refused for the Dockerfile %s',
    async (path) => {
      await using context = await folder({ Dockerfile: 'FROM scratch\n' });
      await expect(openContext(context.path, path, options)).rejects.toThrow('points outside the build context');
    },
  );

  it('is refused when the Dockerfile is a link to somewhere else', async () => {
    await using context = await folder({ '.dockerignore': 'Dockerfile\n' });
    await context.link('Dockerfile', '/etc/passwd');
    await expect(openContext(context.path, 'Dockerfile', options)).rejects.toThrow('points outside the build context');
  });

  it('is refused above the limit', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n', big: 'x'.repeat(limit) });
    await expect(openContext(context.path, 'Dockerfile', options)).rejects.toThrow(
      'The build context is larger than 9.77 KiB. Exclude what the build does not need with a `.dockerignore`.',
    );
  });

  it('is refused for a named pipe', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n' });
    execFileSync('mkfifo', [join(context.path, 'pipe')]);
    await expect(openContext(context.path, 'Dockerfile', options)).rejects.toThrow(
      'which is not a file, folder or link',
    );
  });
});

describe('a build context', () => {
  it('names a Dockerfile that is missing', async () => {
    await using context = await folder({ 'main.js': '' });
    await expect(openContext(context.path, 'Dockerfile', options)).rejects.toThrow(
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
    const stream = await openContext(context.path, 'Dockerfile', options);
    expect(stream.readable).toBe(true);
    stream.destroy();
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
    expect(await filesOf(await openContext(context.path, 'Dockerfile', options))).toEqual([
      '.dockerignore',
      'Dockerfile',
      'docs/a',
      'out/deep/important.log',
      'out/keep/one',
    ]);
  });

  it('is refused with the line of the `.dockerignore` that is no pattern', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n', '.dockerignore': '# all\n[\n' });
    await expect(openContext(context.path, 'Dockerfile', options)).rejects.toThrow(
      'Line 2 of the `.dockerignore` is no pattern: `[`.',
    );
  });

  it('is no longer looked at when the build was ended', async () => {
    await using context = await folder({ Dockerfile: 'FROM scratch\n' });
    const signal = AbortSignal.abort(new Error('cancelled by ada'));
    await expect(openContext(context.path, 'Dockerfile', { limitBytes: limit, signal })).rejects.toThrow(
      'cancelled by ada',
    );
  });
});

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
