import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGit } from '../../src/git/git-cli.ts';
import { until } from '../support/until.ts';
import { groupsGone, recordGit } from './recorded-git.ts';
import { makeRepository, type Repository } from './repository.ts';
import { serveDaemon, serveFiles, serveSilence } from './servers.ts';

let repository: Repository & AsyncDisposable;
let silence: Awaited<ReturnType<typeof serveSilence>>;
let first: string;
let second: string;
beforeAll(async () => {
  repository = await makeRepository();
  first = await repository.commit('First', { 'a.txt': '1' });
  second = await repository.commit('Second', { 'b.txt': '2' });
  silence = await serveSilence();
});
afterAll(async () => {
  await silence.close();
  await repository[Symbol.asyncDispose]();
});

const soon = () => AbortSignal.timeout(300_000);
const dataDir = () => join(repository.folder, 'data');

describe.each([
  ['http', () => `http://127.0.0.1:${silence.port}/a.git`],
  ['https', () => `https://127.0.0.1:${silence.port}/a.git`],
  ['git', () => `git://127.0.0.1:${silence.port}/a.git`],
  ['ssh', () => `ssh://git@127.0.0.1:${silence.port}/a.git`],
])('a host that never answers over %s', (_, url) => {
  it('keeps no process when the lookup is given up', async () => {
    using git = await recordGit(repository.folder);
    const stop = new AbortController();
    const lookup = createGit({ dataDir: dataDir() }).changedPaths({ url: url() }, first, second, stop.signal);
    const failure = lookup.catch((error: unknown) => error);
    await until('the helper of git connects', () => silence.connections.size > 0);
    stop.abort(new Error('enough'));
    expect(await failure).toEqual(new Error('enough'));
    await until('nobody is connected', () => silence.connections.size === 0);
    await groupsGone((await git.runs()).map(({ pid }) => pid));
  });

  it('is given up for itself after the longest time', async () => {
    const git = createGit({ dataDir: dataDir(), limitMs: 1_000 });
    await expect(git.resolve({ url: url() }, 'main', soon())).rejects.toMatchObject({
      name: 'UnavailableError',
      message: `127.0.0.1:${silence.port} kept git waiting for more than 1 s. Try again, or raise \`SHIPMATE_CLONE_TIMEOUT\`.`,
    });
  });
});

describe('many operations', () => {
  it('wait for each other, and give up waiting at once', async () => {
    const git = createGit({ dataDir: dataDir(), localRepositories: repository.folder, atOnce: 1 });
    const stop = new AbortController();
    const url = `git://127.0.0.1:${silence.port}/a.git`;
    const stuck = git.resolve({ url }, 'main', stop.signal).catch((error: unknown) => error);
    await until('git connects', () => silence.connections.size === 1);
    const impatient = git.resolve({ url }, 'main', AbortSignal.abort(new Error('given up')));
    await expect(impatient).rejects.toThrow('given up');
    const patient = git.resolve({ url: repository.path }, 'main', soon());
    stop.abort(new Error('enough'));
    expect(await stuck).toEqual(new Error('enough'));
    expect(await patient).toEqual({ commit: second, kind: 'branch' });
  });
});

describe("a server of git's old file protocol", () => {
  it('is deployed from, but its history is refused with a sentence', async () => {
    await repository.git('update-server-info');
    const files = await serveFiles(repository.folder);
    using recorded = await recordGit(repository.folder);
    try {
      const git = createGit({ dataDir: dataDir() });
      const remote = { url: files.url('origin/.git') };
      expect(await git.resolve(remote, 'main', soon())).toEqual({ commit: second, kind: 'branch' });
      const directory = join(repository.folder, 'from-files');
      expect(await git.checkout({ remote, commit: first, directory, signal: soon() })).toMatchObject({ commit: first });
      expect((await readdir(directory)).sort()).toEqual(['.git', 'a.txt']);
      files.asked.length = 0;
      await expect(git.changedPaths(remote, first, second, soon())).rejects.toMatchObject({
        name: 'UserError',
        message: expect.stringContaining('serves the repository as plain files'),
      });
      // Whether it is of the old protocol, and not one file of the history.
      expect(new Set(files.asked)).toEqual(new Set(['/origin/.git/info/refs', '/origin/.git/HEAD']));
      await groupsGone((await recorded.runs()).map(({ pid }) => pid));
    } finally {
      await files.close();
    }
  });
});

it('speaks with git daemon', async () => {
  const daemon = await serveDaemon(repository.folder);
  try {
    const git = createGit({ dataDir: dataDir() });
    const remote = { url: daemon.url('origin') };
    expect(await git.resolve(remote, 'main', soon())).toEqual({ commit: second, kind: 'branch' });
    expect(await git.changedPaths(remote, first, second, soon())).toEqual(['b.txt']);
    const directory = join(repository.folder, 'from-daemon');
    expect(await git.checkout({ remote, commit: second, directory, signal: soon() })).toMatchObject({
      title: 'Second',
    });
  } finally {
    await daemon.close();
  }
});
