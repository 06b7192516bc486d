import { readdir, readFile, stat, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Git, GitRemote } from '../../src/git/git.ts';
import { createGit } from '../../src/git/git-cli.ts';
import { makeRepository, type Repository, serveOverHttp } from './repository.ts';

const token = 'glpat-token-that-nobody-may-see';
let repository: Repository & AsyncDisposable;
let server: Awaited<ReturnType<typeof serveOverHttp>>;
let git: Git;
let first: string;
let second: string;
let lost: string;
beforeAll(async () => {
  repository = await makeRepository();
  first = await repository.commit('First\n\nwith a body', { 'a.txt': '1' });
  await repository.git('tag', '--annotate', '--message', 'One', 'v1');
  lost = await repository.commit('Lost', { 'lost.txt': 'x' });
  await repository.git('reset', '--quiet', '--hard', first);
  second = await repository.commit('Second [skip ci]', { 'a.txt': '2', 'b.txt': '2' });
  server = await serveOverHttp(repository.folder, token);
  git = createGit({ dataDir: join(repository.folder, 'data'), localRepositories: repository.folder });
});
afterAll(async () => {
  await server.close();
  await repository[Symbol.asyncDispose]();
});

const soon = () => AbortSignal.timeout(300_000);
const local = (): GitRemote => ({ url: repository.path });
const overHttp = (password = token): GitRemote => ({
  url: server.url('origin'),
  credentials: { kind: 'token', token: password },
});

let checkouts = 0;
async function checkout(
  remote: GitRemote,
  commit: string,
  directory = join(repository.folder, `checkout-${checkouts++}`),
) {
  const info = await git.checkout({ remote, commit, directory, signal: soon() });
  return { info, directory, files: (await readdir(directory)).filter((name) => name !== '.git').sort() };
}

describe('checkout', () => {
  it('takes exactly the commit, not the head of the branch', async () => {
    const { info, files, directory } = await checkout(local(), first);
    expect(info).toEqual({
      commit: first,
      title: 'First',
      author: 'Ada',
      authorEmail: 'ada@example.com',
      committedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+(Z|[+-]\d\d:\d\d)$/),
    });
    expect(files).toEqual(['a.txt']);
    expect(await readFile(join(directory, 'a.txt'), 'utf8')).toBe('1');
  });

  it('fetches one commit alone where the server gives it out', async () => {
    await repository.git('config', 'uploadpack.allowReachableSHA1InWant', 'true');
    const { directory } = await checkout(local(), second);
    expect(await readFile(join(directory, '.git/shallow'), 'utf8')).toBe(`${second}\n`);
  });

  it('keeps a checkout of the commit that is there already', async () => {
    const { directory } = await checkout(local(), first);
    const before = await stat(join(directory, '.git/FETCH_HEAD'));
    await checkout(local(), first, directory);
    expect((await stat(join(directory, '.git/FETCH_HEAD'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('says that a commit is gone when its branch was rewritten', async () => {
    await repository.git('reflog', 'expire', '--expire=now', '--all');
    await repository.git('gc', '--quiet', '--prune=now');
    await expect(checkout(local(), lost)).rejects.toMatchObject({
      name: 'NotFoundError',
      message: expect.stringContaining('its branch was rewritten or deleted'),
    });
  });

  it('runs no hook and heeds no configuration of the machine', async () => {
    const home = join(repository.folder, 'home');
    await mkdir(home, { recursive: true });
    await writeFile(
      join(home, '.gitconfig'),
      '[core]\n\thooksPath = /nonexistent\n[url "/nowhere"]\n\tinsteadOf = /\n',
    );
    const before = process.env['HOME'];
    process.env['HOME'] = home;
    try {
      expect((await checkout(local(), first)).files).toEqual(['a.txt']);
    } finally {
      process.env['HOME'] = before;
    }
  });

  it('stops when it is told to', async () => {
    const stopped = AbortSignal.abort(new Error('enough'));
    const directory = join(repository.folder, 'stopped');
    const work = git.checkout({ remote: local(), commit: first, directory, signal: stopped });
    await expect(work).rejects.toThrow('enough');
  });
});

describe('a private repository', () => {
  it('is read with the token, which is nowhere afterwards', async () => {
    const { files } = await checkout(overHttp(), second);
    expect(files).toEqual(['a.txt', 'b.txt']);
    expect(await filesHolding(repository.folder, token)).toEqual([]);
  });

  it('is read without the token in any argument of git', async () => {
    const bin = join(repository.folder, 'bin');
    const log = join(repository.folder, 'arguments.log');
    await mkdir(bin);
    const before = process.env['PATH'] ?? '';
    const record = `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\nPATH='${before}' exec git "$@"\n`;
    await writeFile(join(bin, 'git'), record, { mode: 0o755 });
    process.env['PATH'] = `${bin}:${before}`;
    try {
      await checkout(overHttp(), second);
    } finally {
      process.env['PATH'] = before;
    }
    const recorded = await readFile(log, 'utf8');
    expect(recorded).toContain('fetch');
    expect(recorded).not.toContain(token);
  });

  it('is refused with a wrong token, which no error repeats', async () => {
    const wrong = 'wrong-token-1234567890';
    const failure = checkout(overHttp(wrong), second);
    await expect(failure).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('refused the credentials'),
    });
    await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining(wrong) });
    expect(server.refused.length).toBeGreaterThan(0);
  });

  it('is told apart from one that does not exist', async () => {
    const remote: GitRemote = { ...overHttp(), url: server.url('nothing-here') };
    await expect(checkout(remote, second)).rejects.toMatchObject({ name: 'NotFoundError' });
  });
});

describe('resolve', () => {
  it.each([
    ['a branch', 'main', 'branch', () => second],
    ['the default branch', 'HEAD', 'branch', () => second],
    ['an annotated tag, to its commit', 'v1', 'tag', () => first],
  ])('names %s', async (_, ref, kind, commit) => {
    expect(await git.resolve(local(), ref, soon())).toEqual({ commit: commit(), kind });
  });

  it('takes the id of an annotated tag for its commit, in a lookup and in a checkout', async () => {
    const tag = await repository.git('rev-parse', 'v1');
    expect(tag).not.toBe(first);
    expect(await git.resolve(overHttp(), tag, soon())).toEqual({ commit: first, kind: 'commit' });
    expect(await git.resolve(overHttp(), first, soon())).toEqual({ commit: first, kind: 'commit' });
    const { directory, info } = await checkout(overHttp(), tag);
    expect(info).toMatchObject({ commit: first, title: 'First' });
    expect(await readFile(join(directory, 'a.txt'), 'utf8')).toBe('1');
  });

  it('refuses a tag of something other than a commit', async () => {
    await repository.sh('git tag -a -m Tree tree HEAD^{tree}');
    await expect(checkout(overHttp(), await repository.git('rev-parse', 'tree'))).rejects.toMatchObject({
      name: 'NotFoundError',
      message: expect.stringMatching(/names no commit\. Deploy a branch, a commit, or a tag of a commit\.$/),
    });
    await repository.sh('git tag -d tree');
  });

  it('refuses a repository with SHA-256 ids with a sentence', async () => {
    await repository.sh('git init -q --object-format=sha256 ../long; cd ../long; git commit -q --allow-empty -m One');
    const remote = { url: join(repository.folder, 'long') };
    await expect(git.resolve(remote, 'HEAD', soon())).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^The repository uses SHA-256 object ids/),
    });
  });

  it('completes an abbreviated commit', async () => {
    expect(await git.resolve(overHttp(), first.slice(0, 8), soon())).toEqual({ commit: first, kind: 'commit' });
  });

  it('says what is not there', async () => {
    await expect(git.resolve(local(), 'nope', soon())).rejects.toMatchObject({
      name: 'NotFoundError',
      message:
        'The repository has no branch, tag or commit `nope`. It has the branch `main`. Push it first, or choose another: `deploy <app> main` once, `app set <app> branch=main` for good.',
    });
  });

  it('says when the host does not answer', async () => {
    const work = git.resolve({ url: 'http://127.0.0.1:9/api.git' }, 'main', soon());
    await expect(work).rejects.toMatchObject({
      name: 'UnavailableError',
      message: expect.stringContaining('127.0.0.1:9'),
    });
  });
});

describe('history', () => {
  it('tells paths and messages between two commits', async () => {
    expect(await git.changedPaths(local(), first, second, soon())).toEqual(['a.txt', 'b.txt']);
    expect(await git.messagesBetween(local(), first, second, soon())).toEqual(['Second [skip ci]']);
  });

  it('does not guess about a commit that the remote lacks', async () => {
    expect(await git.changedPaths(local(), lost, second, soon())).toBeUndefined();
    expect(await git.messagesBetween(local(), 'f'.repeat(40), second, soon())).toBeUndefined();
  });

  it('compares two commits', async () => {
    const one = { commit: second, title: 'Second [skip ci]', author: 'Ada' };
    expect(await git.compare(local(), first, second, soon())).toEqual({ commits: [one], count: 1, dropped: 0 });
    expect(await git.compare(local(), second, first, soon())).toEqual({ commits: [], count: 0, dropped: 1 });
    expect(await git.compare(local(), first, first, soon())).toEqual({ commits: [], count: 0, dropped: 0 });
    expect(await git.compare(local(), lost, second, soon())).toBeUndefined();
    await expect(git.compare(local(), '--all', second, soon())).rejects.toThrow();
  });

  it('lists the newest of many commits, and counts them all', async () => {
    const person = `Ada <ada@example.com> ${Math.floor(Date.now() / 1_000)} +0000`;
    const commits = Array.from({ length: 255 }, (_, at) => {
      const title = `No ${at + 1}`;
      const head = `commit refs/heads/many\nauthor ${person}\ncommitter ${person}\ndata ${title.length}\n${title}`;
      return at === 0 ? `${head}\nfrom ${second}` : head;
    });
    const head = await repository.sh(`git fast-import --quiet <<'END'\n${commits.join('\n')}\nEND\ngit rev-parse many`);
    const found = await git.compare(local(), first, head, soon());
    expect(found).toMatchObject({ count: 256, dropped: 0 });
    expect(found?.commits).toHaveLength(250);
    expect(found?.commits[0]).toEqual({ commit: head, title: 'No 255', author: 'Ada' });
  });

  it('answers several at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => git.changedPaths(overHttp(), first, second, soon())),
    );
    expect(answers).toEqual(Array.from({ length: 6 }, () => ['a.txt', 'b.txt']));
  });
});

async function filesHolding(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}
