import { access, chmod, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGit } from '../../src/git/git-cli.ts';
import { makeRepository, type Repository } from './repository.ts';

let repository: Repository & AsyncDisposable;
let marker: string;
beforeAll(async () => {
  repository = await makeRepository();
  marker = join(repository.folder, 'was-run');
});
afterAll(async () => {
  await repository[Symbol.asyncDispose]();
});

let checkouts = 0;
async function checkout(commit: string): Promise<string> {
  const directory = join(repository.folder, `checkout-${checkouts++}`);
  const git = createGit({ dataDir: join(repository.folder, 'data'), localRepositories: repository.folder });
  const signal = AbortSignal.timeout(300_000);
  await git.checkout({ remote: { url: repository.path }, commit, directory, signal });
  await expect(access(marker)).rejects.toMatchObject({ code: 'ENOENT' });
  return directory;
}

describe('a checkout', () => {
  it('runs no filter that attributes ask for, and leaves pointers as they are', async () => {
    const commit = await repository.commit('Filters', {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs\n*.txt filter=mark\n',
      'a.bin': 'version https://git-lfs.github.com/spec/v1\n',
      'a.txt': 'plain\n',
    });
    const directory = await checkout(commit);
    expect(await readFile(join(directory, 'a.bin'), 'utf8')).toBe('version https://git-lfs.github.com/spec/v1\n');
    expect(await readFile(join(directory, 'a.txt'), 'utf8')).toBe('plain\n');
  });

  it('runs no helper that a submodule names', async () => {
    const url = `ext::sh -c touch% ${marker}`;
    const commit = await repository.commit('Submodule', {
      '.gitmodules': `[submodule "sub"]\n\tpath = sub\n\turl = ${url}\n`,
    });
    await repository.git('update-index', '--add', '--cacheinfo', `160000,${commit},sub`);
    await repository.git('commit', '--quiet', '--message', 'Pins it');
    await expect(checkout(await repository.git('rev-parse', 'HEAD'))).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(
        /^The submodule `sub` \(ext::sh.*\) cannot be fetched\. The repository is not an address/,
      ),
    });
    await expect(access(marker)).rejects.toMatchObject({ code: 'ENOENT' });
    await repository.sh('git rm -q --cached sub .gitmodules; rm .gitmodules');
  });

  it.each([
    ['a command', () => `[submodule "sub"]\n\tpath = sub\n\turl = ../sub\n\tupdate = !touch ${marker}\n`],
    ['no configuration', () => '[submodule "sub\n'],
  ])('refuses a `.gitmodules` with %s', async (_, content) => {
    const commit = await repository.commit('Bad modules', { '.gitmodules': content() });
    await repository.git('update-index', '--add', '--cacheinfo', `160000,${commit},sub`);
    await repository.git('commit', '--quiet', '--message', 'Pins it');
    await expect(checkout(await repository.git('rev-parse', 'HEAD'))).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^Git refuses the `\.gitmodules` of the repository\./),
    });
    await expect(access(marker)).rejects.toMatchObject({ code: 'ENOENT' });
    await repository.sh('git rm -q --cached sub .gitmodules; rm .gitmodules');
  });

  it('heeds no hooks and no configuration of the repository it comes from', async () => {
    const hook = join(repository.path, '.git', 'hooks', 'post-checkout');
    await mkdir(join(repository.path, '.git', 'hooks'), { recursive: true });
    await writeFile(hook, `#!/bin/sh\ntouch ${marker}\n`);
    await chmod(hook, 0o755);
    await repository.git('config', 'uploadpack.packObjectsHook', `touch ${marker}; exec`);
    const directory = await checkout(await repository.commit('Hooks', { 'hook.txt': 'x' }));
    expect(await readdir(join(directory, '.git'))).not.toContain('hooks');
  });

  it('takes no template of the machine, and no repository around it', async () => {
    const template = join(repository.folder, 'template', 'hooks');
    await mkdir(template, { recursive: true });
    await writeFile(join(template, 'post-checkout'), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    process.env['GIT_TEMPLATE_DIR'] = join(repository.folder, 'template');
    const commit = await repository.commit('Around', { 'around.txt': 'x' });
    await repository.git('init', '--quiet', repository.folder);
    try {
      const directory = await checkout(commit);
      expect(await repository.git('-C', directory, 'rev-parse', '--show-toplevel')).toBe(directory);
    } finally {
      delete process.env['GIT_TEMPLATE_DIR'];
    }
  });

  it('makes links as links, and follows none', async () => {
    await symlink('/etc', join(repository.path, 'etc'));
    const directory = await checkout(await repository.commit('A link', {}));
    expect((await lstat(join(directory, 'etc'))).isSymbolicLink()).toBe(true);
  });

  it('cuts a title and an author to what is stored, never inside a character', async () => {
    const author = `${'x'.repeat(199)}🚢🚢`;
    await repository.git(
      'commit',
      '--quiet',
      '--allow-empty',
      `--author=${author} <a@b.c>`,
      '-m',
      `${'t'.repeat(199)}🚢`,
    );
    const directory = join(repository.folder, 'long');
    const git = createGit({ dataDir: join(repository.folder, 'data'), localRepositories: repository.folder });
    const request = { remote: { url: repository.path }, commit: await repository.git('rev-parse', 'HEAD'), directory };
    const info = await git.checkout({ ...request, signal: AbortSignal.timeout(300_000) });
    expect(info).toMatchObject({ title: 't'.repeat(199), author: 'x'.repeat(199) });
  });
});
