import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGit } from '../../src/git/git-cli.ts';
import { makeRepository, type Repository } from './repository.ts';

let mine: Repository & AsyncDisposable;
let foreign: Repository & AsyncDisposable;
let commit: string;
beforeAll(async () => {
  mine = await makeRepository();
  commit = await mine.commit('First', { 'a.txt': '1' });
  foreign = await makeRepository();
  await foreign.commit('Secret', { 'a.txt': '2' });
  await symlink(foreign.path, join(mine.folder, 'leads-out'));
  await symlink(mine.path, join(mine.folder, 'leads-in'));
  await mkdir(join(mine.folder, 'data', 'git', 'history', 'theirs.git'), { recursive: true });
});
afterAll(async () => {
  await mine[Symbol.asyncDispose]();
  await foreign[Symbol.asyncDispose]();
});

const soon = () => AbortSignal.timeout(300_000);
const driver = (localRepositories?: string) =>
  createGit({ dataDir: join(mine.folder, 'data'), ...(localRepositories && { localRepositories }) });

describe('repositories of this machine', () => {
  it.each([
    ['a path', () => mine.path],
    ['a file: URL', () => pathToFileURL(mine.path).href],
  ])('are refused as %s unless the operator names a folder', async (_, url) => {
    const git = driver();
    const sentence = {
      name: 'UserError',
      message: expect.stringContaining('`SHIPMATE_LOCAL_REPOSITORIES`'),
    };
    await expect(git.requireAllowed(url())).rejects.toMatchObject(sentence);
    await expect(git.resolve({ url: url() }, 'main', soon())).rejects.toMatchObject(sentence);
    await expect(git.changedPaths({ url: url() }, commit, commit, soon())).rejects.toMatchObject(sentence);
    await expect(git.messagesBetween({ url: url() }, commit, commit, soon())).rejects.toMatchObject(sentence);
    await expect(git.compare({ url: url() }, commit, commit, soon())).rejects.toMatchObject(sentence);
    const request = { remote: { url: url() }, commit, directory: join(mine.folder, 'none'), signal: soon() };
    await expect(git.checkout(request)).rejects.toMatchObject(sentence);
  });

  it.each([
    ['a path below it', () => mine.path],
    ['the folder itself', () => mine.path, () => mine.path],
    ['a file: URL below it', () => pathToFileURL(mine.path).href],
    ['a link below it that stays there', () => join(mine.folder, 'leads-in')],
  ])('are cloned from the folder that is named: %s', async (_, url, folder = () => mine.folder) => {
    const git = driver(folder());
    await git.requireAllowed(url());
    expect(await git.resolve({ url: url() }, 'main', soon())).toEqual({ commit, kind: 'branch' });
    expect(await git.changedPaths({ url: url() }, commit, commit, soon())).toEqual([]);
  });

  it.each([
    ['a path outside', () => foreign.path],
    ['a file: URL outside', () => pathToFileURL(foreign.path).href],
    ['a file: URL in capitals', () => pathToFileURL(foreign.path).href.replace('file:', 'FILE:')],
    ['a file: URL of another host', () => `file://elsewhere${mine.path}`],
    ['a link that leads out', () => join(mine.folder, 'leads-out')],
    ['dots that lead out', () => `${mine.folder}/origin/../../${foreign.path.split('/').slice(-2).join('/')}`],
    ['encoded dots that lead out', () => `file://${mine.folder}/%2e%2e/${foreign.path.split('/').slice(-2).join('/')}`],
    ['a folder whose name only begins so', () => `${mine.folder}-2/origin`],
    ['a cached history in the data folder', () => join(mine.folder, 'data', 'git', 'history', 'theirs.git')],
    ['nothing at all', () => join(mine.folder, 'nothing')],
  ])('are refused outside of it: %s', async (_, url) => {
    const git = driver(mine.folder);
    const refused = { name: 'UserError', message: expect.stringContaining('There is no repository') };
    await expect(git.requireAllowed(url())).rejects.toMatchObject(refused);
    await expect(git.resolve({ url: url() }, 'main', soon())).rejects.toMatchObject(refused);
  });

  it('says nothing about addresses of git hosts', async () => {
    await expect(driver().requireAllowed('https://github.com/acme/api.git')).resolves.toBeUndefined();
    await expect(driver().requireAllowed('git@github.com:acme/api.git')).resolves.toBeUndefined();
  });
});
