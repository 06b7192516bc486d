import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnavailableError } from '../../src/errors.ts';
import type { GitRemote } from '../../src/git/git.ts';
import { createGit, type GitOptions } from '../../src/git/git-cli.ts';
import { findProgram } from '../../src/host/find-program.ts';
import { createLfs, type LfsServer, pointerOf, serveLfs } from './lfs-server.ts';
import { makeRepository, type Repository, serveOverHttp } from './repository.ts';

const token = 'glpat-token-that-nobody-may-see';
let repository: Repository & AsyncDisposable;
let server: Awaited<ReturnType<typeof serveOverHttp>>;
let lfs: LfsServer;
let program: string;
beforeAll(async () => {
  repository = await makeRepository();
  lfs = createLfs();
  server = await serveOverHttp(repository.folder, token, (request, response) => lfs.answer(request, response));
  program = await findProgram('git-lfs', join(repository.folder, 'programs'));
});
afterAll(async () => {
  await server.close();
  await repository[Symbol.asyncDispose]();
});

const attributes = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' };
const overHttp = (): GitRemote => ({ url: server.url('origin'), credentials: { kind: 'token', token } });

let checkouts = 0;
async function checkout(commit: string, remote = overHttp(), options: Partial<GitOptions> = {}) {
  const directory = join(repository.folder, `checkout-${checkouts++}`);
  const dataDir = join(repository.folder, 'data');
  const git = createGit({ dataDir, localRepositories: repository.folder, findLfs: async () => program, ...options });
  await git.checkout({ remote, commit, directory, signal: AbortSignal.timeout(300_000) });
  return directory;
}

describe('files in Git LFS', () => {
  it('are in the checkout, fetched with the credentials of the clone', async () => {
    const commit = await repository.commit('Large', {
      ...attributes,
      'a.bin': lfs.keep('large a'),
      'b c.bin': lfs.keep('large b'),
      'plain.bin': 'not a pointer\n',
    });
    const directory = await checkout(commit);
    expect(await readFile(join(directory, 'a.bin'), 'utf8')).toBe('large a');
    expect(await readFile(join(directory, 'b c.bin'), 'utf8')).toBe('large b');
    expect(await readFile(join(directory, 'plain.bin'), 'utf8')).toBe('not a pointer\n');
    await expect(access(join(directory, '.git/lfs'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(lfs.asked).toContainEqual({ request: 'POST /origin.git/info/lfs/objects/batch', password: true });
  });

  it('of a submodule too', async () => {
    const inner = await repository.git('rev-parse', 'HEAD');
    const commit = await repository.sh(`git checkout -q -b outer
      printf '[submodule "self"]\\n\\tpath = self\\n\\turl = ../origin\\n' > .gitmodules
      git update-index --add --cacheinfo 160000,${inner},self
      git add .gitmodules; git commit -qm Outer; git rev-parse HEAD; git checkout -q -f main`);
    expect(await readFile(join(await checkout(commit), 'self/a.bin'), 'utf8')).toBe('large a');
  });

  it('that the server lacks are named', async () => {
    const commit = await repository.commit('Missing', { 'missing.bin': pointerOf('never pushed') });
    await expect(checkout(commit)).rejects.toMatchObject({
      name: 'UserError',
      message: `Git LFS cannot fetch \`missing.bin\`. Git LFS says: "Object does not exist: [404] Object does not exist". Push them to ${new URL(server.url('')).host}: \`git lfs push --all origin\`.`,
    });
    await repository.sh('git rm -qf missing.bin');
  });

  it('come from the server that the repository names, which gets no credentials', async () => {
    const elsewhere = createLfs();
    const other = await serveLfs(elsewhere);
    try {
      const commit = await repository.commit('Elsewhere', {
        '.lfsconfig': `[lfs]\n\turl = ${other.url}\n\tfetchexclude = *\n`,
        'a.bin': elsewhere.keep('from elsewhere'),
        'b c.bin': elsewhere.keep('too'),
      });
      const directory = await checkout(commit);
      expect(await readFile(join(directory, 'a.bin'), 'utf8')).toBe('from elsewhere');
      expect(elsewhere.asked.filter(({ password }) => password)).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it.each([
    ['a folder of this machine', 'file:///etc', /reads Git LFS over https, http or ssh/],
    ['a helper', 'ext::touch was-run', /is not an address/],
  ])('are not fetched from %s', async (_, url, sentence) => {
    const commit = await repository.commit('Refused', { '.lfsconfig': `[lfs]\n\turl = ${url}\n` });
    await expect(checkout(commit)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(sentence),
    });
    await repository.sh('git rm -qf .lfsconfig');
  });

  it('are named where the program is missing, and nothing is deployed', async () => {
    const content = Object.fromEntries(['1', '2', '3', '4', '5'].map((name) => [`${name}.bin`, pointerOf(name)]));
    await repository.sh('git rm -qf *.bin');
    const commit = await repository.commit('Many', { ...attributes, ...content });
    const findLfs = async () => Promise.reject(new UnavailableError('no program'));
    await expect(checkout(commit, overHttp(), { findLfs })).rejects.toMatchObject({
      name: 'UnavailableError',
      message:
        'The repository keeps `1.bin`, `2.bin`, `3.bin` and 2 more in Git LFS, and this host has no program `git-lfs`. Install it, for example: apt-get install git-lfs, then deploy again.',
    });
    await expect(checkout(commit, { url: repository.path })).rejects.toThrow(
      'which a repository of this machine does not serve',
    );
  });

  it('are refused when they are too large', async () => {
    const commit = await repository.commit('Huge', { '1.bin': pointerOf('1', 6 * 1024 ** 3) });
    const asked = lfs.asked.length;
    await expect(checkout(commit)).rejects.toThrow(/^The repository has 6 GiB in Git LFS \(`1\.bin`, .*at most 5 GiB/);
    expect(lfs.asked).toHaveLength(asked);
  });
});
