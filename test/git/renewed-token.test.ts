import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGit } from '../../src/git/git-cli.ts';
import { makeRepository, type Repository, serveOverHttp } from './repository.ts';

let repository: Repository & AsyncDisposable;
let host: Awaited<ReturnType<typeof serveOverHttp>>;
let commit: string;
beforeAll(async () => {
  repository = await makeRepository();
  commit = await repository.commit('First', { 'a.txt': '1' });
  host = await serveOverHttp(repository.folder, 'the new token');
});
afterAll(async () => {
  await host.close();
  await repository[Symbol.asyncDispose]();
});

const soon = () => AbortSignal.timeout(120_000);

function remote(given: string, tokens: string[], refused: string[] = []) {
  const renew = async (old: string) => {
    refused.push(old);
    return tokens.shift() ?? 'no more';
  };
  return { url: host.url('origin'), credentials: { kind: 'token' as const, token: given, renew } };
}

describe('a token that its host refuses', () => {
  it('is renewed for the command that it was refused to, and kept for the next ones', async () => {
    const git = createGit({ dataDir: join(repository.folder, 'data') });
    const refused: string[] = [];
    const directory = join(repository.folder, 'checkout');
    const from = remote('an old token', ['the new token'], refused);
    const info = await git.checkout({ remote: from, commit, ref: 'main', directory, signal: soon() });
    expect(info.commit).toBe(commit);
    expect(refused).toEqual(['an old token']);
  });

  it('is renewed once', async () => {
    const git = createGit({ dataDir: join(repository.folder, 'data') });
    const refused: string[] = [];
    const from = remote('an old token', ['another old one', 'the new token'], refused);
    await expect(git.resolve(from, 'main', soon())).rejects.toThrow('refused the credentials');
    expect(refused).toEqual(['an old token']);
  });

  it('is not renewed where the host takes it', async () => {
    const git = createGit({ dataDir: join(repository.folder, 'data') });
    const refused: string[] = [];
    expect((await git.resolve(remote('the new token', [], refused), 'main', soon())).commit).toBe(commit);
    expect(refused).toEqual([]);
  });
});
