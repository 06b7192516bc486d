import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGit } from '../../src/git/git-cli.ts';
import { makeRepository, type Repository } from './repository.ts';

let repository: Repository & AsyncDisposable;
beforeAll(async () => {
  repository = await makeRepository();
  await repository.commit('First', { 'a.txt': '1' });
});
afterAll(async () => {
  await repository[Symbol.asyncDispose]();
});

describe('a cached history', () => {
  it('is made anew when a killed git left its locks', async () => {
    const git = createGit({ dataDir: join(repository.folder, 'data'), localRepositories: repository.folder });
    const from = await repository.commit('From', { 'from.txt': 'x' });
    const remote = { url: repository.path };
    const signal = AbortSignal.timeout(300_000);
    expect(await git.changedPaths(remote, from, from, signal)).toEqual([]);
    const histories = join(repository.folder, 'data', 'git', 'history');
    const [cache = ''] = await readdir(histories);
    await writeFile(join(histories, cache, 'config.lock'), '');
    const to = await repository.commit('To', { 'to.txt': 'x' });
    expect(await git.changedPaths(remote, from, to, signal)).toEqual(['to.txt']);
  });

  it('finds a commit that no branch leads to any more, where the server gives it out', async () => {
    const git = createGit({ dataDir: join(repository.folder, 'data'), localRepositories: repository.folder });
    const signal = AbortSignal.timeout(300_000);
    await repository.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    const lost = await repository.commit('Lost', { 'lost.txt': 'x' });
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    const kept = await repository.commit('Kept', { 'kept.txt': 'x' });
    expect(await git.changedPaths({ url: repository.path }, lost, kept, signal)).toEqual(['kept.txt', 'lost.txt']);
  });
});
