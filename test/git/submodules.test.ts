import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GitRemote } from '../../src/git/git.ts';
import { createGit } from '../../src/git/git-cli.ts';
import { until } from '../support/until.ts';
import { groupsGone, recordGit } from './recorded-git.ts';
import { makeRepository, type Repository, serveOverHttp } from './repository.ts';
import { serveAsker, serveDaemon, serveSilence } from './servers.ts';

const token = 'glpat-token-that-nobody-may-see';
let repository: Repository & AsyncDisposable;
let server: Awaited<ReturnType<typeof serveOverHttp>>;
let lib: string;
let leaf: string;
beforeAll(async () => {
  repository = await makeRepository();
  await repository.commit('First', { 'a.txt': '1' });
  leaf = await makeOther('leaf', 'echo leaf > leaf.txt');
  lib = await makeOther(
    'lib',
    `echo old > lib.txt; git add .; git commit -qm Old; echo lib > lib.txt; ${pin({ 'deep/leaf': ['../leaf', leaf] })}`,
  );
  server = await serveOverHttp(repository.folder, token);
});
afterAll(async () => {
  await server.close();
  await repository[Symbol.asyncDispose]();
});

/** Another repository of the same server. @returns its commit. */
async function makeOther(name: string, script: string): Promise<string> {
  return repository.sh(
    `git init -q -b main ../${name}; cd ../${name}; ${script}; git add *.txt; git commit -qm ${name}; git rev-parse HEAD`,
  );
}

/** Shell lines that pin submodules: path → address, commit. */
function pin(modules: Record<string, readonly [url: string, commit: string]>): string {
  const entries = Object.entries(modules);
  const sections = entries.map(([path, [url]]) => `[submodule "${path}"]\n\tpath = ${path}\n\turl = "${url}"`);
  const pinned = entries.map(([path, [, commit]]) => `--cacheinfo 160000,${commit},${path}`);
  return `printf '%s\\n' '${sections.join('\n')}' > .gitmodules; git update-index --add .gitmodules ${pinned.join(' ')}`;
}

let branches = 0;
/** A commit with these submodules on a branch of its own. */
async function withSubmodules(modules: Record<string, readonly [string, string]>): Promise<string> {
  return repository.sh(`git checkout -q -f -b b${branches++} main
    ${pin(modules)}
    git commit -qm Submodules
    git rev-parse HEAD`);
}

let checkouts = 0;
async function checkout(commit: string, remote: GitRemote = overHttp(), signal = AbortSignal.timeout(300_000)) {
  const directory = join(repository.folder, `checkout-${checkouts++}`);
  const git = createGit({ dataDir: join(repository.folder, 'data'), localRepositories: repository.folder });
  await git.checkout({ remote, commit, directory, signal });
  return directory;
}

const overHttp = (): GitRemote => ({ url: server.url('origin'), credentials: { kind: 'token', token } });

/** The sentence of a commit with one submodule, `sub`. */
async function refusalOf(url: string, commit = leaf, remote = overHttp()): Promise<string> {
  const failure: unknown = await checkout(await withSubmodules({ sub: [url, commit] }), remote).catch((error) => error);
  expect(failure).toMatchObject({ name: 'UserError' });
  return (failure as Error).message;
}

describe('submodules of the same host', () => {
  it('are filled with the commits they are pinned to, with the credentials of the clone, and theirs too', async () => {
    const absolute = server.url('leaf');
    const directory = await checkout(await withSubmodules({ lib: ['../lib', lib], 'vendor/leaf': [absolute, leaf] }));
    expect(await readFile(join(directory, 'lib/lib.txt'), 'utf8')).toBe('lib\n');
    expect(await readFile(join(directory, 'lib/deep/leaf/leaf.txt'), 'utf8')).toBe('leaf\n');
    expect(await readFile(join(directory, 'vendor/leaf/leaf.txt'), 'utf8')).toBe('leaf\n');
    expect(await readFile(join(directory, 'lib/.git/shallow'), 'utf8')).toBe(`${lib}\n`);
  });

  it('are filled from below the folder of local repositories', async () => {
    const directory = await checkout(await withSubmodules({ lib: ['../lib', lib] }), { url: repository.path });
    expect(await readFile(join(directory, 'lib/deep/leaf/leaf.txt'), 'utf8')).toBe('leaf\n');
  });

  it('are left empty where the repository says so, and entries without a commit are passed over', async () => {
    await withSubmodules({ sub: ['../nowhere', leaf] });
    await repository.sh(`git config -f .gitmodules submodule.sub.update none
      git config -f .gitmodules submodule.former.path former
      git config -f .gitmodules submodule.former.url ../former
      git add .gitmodules
      git commit -qm None`);
    const directory = await checkout(await repository.git('rev-parse', 'HEAD'));
    expect(await readdir(join(directory, 'sub'))).toEqual([]);
  });

  it('that lack the commit are told, with the next step', async () => {
    expect(await refusalOf('../leaf', 'f'.repeat(40))).toBe(
      `The submodule \`sub\` (${server.url('leaf')}) cannot be fetched. It has no commit fffffff. Push the submodule's commits, then deploy again.`,
    );
  });

  it('that are missing are told', async () => {
    expect(await refusalOf('../nowhere')).toBe(
      `The submodule \`sub\` (${server.url('nowhere')}) cannot be fetched. ${new URL(server.url('')).host} has no such repository, or Shipmate may not see it. Check its address, and connect a token if it is private.`,
    );
  });
});

describe('submodules of another host', () => {
  it('are fetched by its own protocol, without credentials', async () => {
    const daemon = await serveDaemon(repository.folder);
    try {
      const directory = await checkout(await withSubmodules({ lib: [daemon.url('lib'), lib] }));
      expect(await readFile(join(directory, 'lib/deep/leaf/leaf.txt'), 'utf8')).toBe('leaf\n');
    } finally {
      await daemon.close();
    }
  });

  it('never get the token', async () => {
    const asker = await serveAsker();
    try {
      const { host } = new URL(asker.url(''));
      expect(await refusalOf(asker.url('lib'))).toBe(
        `The submodule \`sub\` (${asker.url('lib')}) cannot be fetched. ${host} asks for credentials, and Shipmate sends the credentials of the repository to ${new URL(server.url('')).host} only. Make the submodule public, or move it to the host of the repository with a relative URL (\`../lib.git\`).`,
      );
      expect(new Set(asker.given)).toEqual(new Set(['nothing']));
    } finally {
      await asker.close();
    }
  });

  it('end with everything git started when the deployment is cancelled', async () => {
    const silence = await serveSilence();
    using recorded = await recordGit(repository.folder);
    try {
      const commit = await withSubmodules({ sub: [`http://127.0.0.1:${silence.port}/lib`, leaf] });
      const stop = new AbortController();
      const failure = checkout(commit, overHttp(), stop.signal).catch((error: unknown) => error);
      await until('the submodule is asked for', () => silence.connections.size > 0);
      stop.abort(new Error('enough'));
      expect(await failure).toEqual(new Error('enough'));
      await until('nobody is connected', () => silence.connections.size === 0);
      await groupsGone((await recorded.runs()).map(({ pid }) => pid));
    } finally {
      await silence.close();
    }
  });
});

describe('a submodule that is refused', () => {
  it.each([
    ['a folder of this machine', () => repository.path, /cannot include one of this machine/],
    ['a file URL', () => `file://${repository.path}`, /cannot include one of this machine/],
    ['a helper', () => 'ext::touch was-run', /is not an address that Shipmate can clone from/],
    ['an option', () => '--upload-pack=touch was-run', /is not an address that Shipmate can clone from/],
    ['another protocol', () => 'ftp://git.example.com/lib', /clones over https, http, ssh, git/],
    ['an address above the host', () => '../../../lib', /leads above the root of the host/],
    ['an address with a password', () => 'https://bob:s3cr3t@git.example.com/lib', /contains credentials/],
  ])('%s', async (_, url, sentence) => {
    const message = await refusalOf(url());
    expect(message).toMatch(/^The submodule `sub` \(.*\) cannot be fetched\. /);
    expect(message).toMatch(sentence);
    expect(message).not.toContain('s3cr3t');
    await expect(access(join(repository.folder, 'was-run'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('outside the folder of local repositories', async () => {
    expect(await refusalOf('/etc', leaf, { url: repository.path })).toContain('There is no repository `/etc` below');
  });

  it('in itself, without end', async () => {
    const inner = await makeOther('ring', 'echo 1 > 1.txt');
    let commit = inner;
    for (let depth = 0; depth < 6; depth++) {
      commit = await repository.sh(
        `cd ../ring; ${pin({ ring: ['../ring', commit] })}; git commit -qm Ring; git rev-parse HEAD`,
      );
    }
    await repository.sh('git -C ../ring config uploadpack.allowAnySHA1InWant true');
    const failure = checkout(commit, { ...overHttp(), url: server.url('ring') });
    await expect(failure).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('more than 5 inside one another (at `ring/ring/ring/ring/ring/ring`)'),
    });
  });

  it('among too many', async () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`s${at}`, ['../leaf', leaf] as const]));
    await expect(checkout(await withSubmodules(many))).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('more than 100 submodules'),
    });
  });
});
