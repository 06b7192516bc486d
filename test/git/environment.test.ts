import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Git, GitRemote } from '../../src/git/git.ts';
import { createGit } from '../../src/git/git-cli.ts';
import { whoShows } from '../support/running-processes.ts';
import { recordGit } from './recorded-git.ts';
import { makeRepository, type Repository, serveOverHttp } from './repository.ts';
import { serveAsker, serveRedirect } from './servers.ts';

const token = 'glpat-token-for-one-host-only';
let repository: Repository & AsyncDisposable;
let home: Awaited<ReturnType<typeof serveOverHttp>>;
let stranger: Awaited<ReturnType<typeof serveAsker>>;
let git: Git;
let commit: string;
beforeAll(async () => {
  repository = await makeRepository();
  commit = await repository.commit('First', { 'a.txt': '1' });
  home = await serveOverHttp(repository.folder, token);
  stranger = await serveAsker();
  git = createGit({ dataDir: join(repository.folder, 'data') });
});
afterAll(async () => {
  await home.close();
  await stranger.close();
  await repository[Symbol.asyncDispose]();
});

const soon = () => AbortSignal.timeout(300_000);
const withToken = (url: string): GitRemote => ({ url, credentials: { kind: 'token', token } });
let checkouts = 0;
const directory = () => join(repository.folder, `checkout-${checkouts++}`);

describe('the token of a repository', () => {
  it.each([
    ['before the host asks for it', undefined, 'which does not get the token'],
    ['after the host has taken it', token, 'refused the credentials'],
  ])('is not given to another host that a redirect leads to %s', async (_, password, words) => {
    stranger.given.length = 0;
    const moved = await serveRedirect(stranger.url('').replace(/\/$/, ''), password);
    try {
      const remote = withToken(moved.url('origin'));
      const sentence = {
        name: 'UserError',
        message: expect.stringContaining(words),
      };
      await expect(git.resolve(remote, 'main', soon())).rejects.toMatchObject(sentence);
      await expect(git.changedPaths(remote, commit, commit, soon())).rejects.toMatchObject(sentence);
      await expect(git.checkout({ remote, commit, directory: directory(), signal: soon() })).rejects.toMatchObject(
        sentence,
      );
      expect(stranger.given.length).toBeGreaterThanOrEqual(3);
      expect(new Set(stranger.given)).toEqual(new Set(['nothing']));
    } finally {
      await moved.close();
    }
  });

  it('is given to its host at another path, as after a repository was renamed', async () => {
    expect(await git.resolve(withToken(home.url('renamed')), 'main', soon())).toEqual({
      commit,
      kind: 'branch',
    });
  });

  it('is known only to the git that speaks with the host', async () => {
    using recorded = await recordGit(repository.folder);
    await git.checkout({ remote: withToken(home.url('origin')), commit, directory: directory(), signal: soon() });
    const runs = await recorded.runs();
    const knowing = runs.filter(({ env }) => env.some((line) => line.includes(token)));
    expect(knowing.map(({ args }) => args.split(' ').find((word) => ['fetch', 'ls-remote'].includes(word)))).toEqual([
      'fetch',
    ]);
    expect(runs.length).toBeGreaterThan(3);
    expect(runs.filter(({ args }) => args.includes(token))).toEqual([]);
  });
});

describe('while git speaks with a host', () => {
  it('the token is in no arguments, and in the variables of that git alone', async () => {
    let shown: Awaited<ReturnType<typeof whoShows>> | undefined;
    const asked = await serveOverHttp(repository.folder, token, (_request, response) => {
      whoShows(token).then(
        (found) => {
          shown = found;
          response.writeHead(500).end();
        },
        () => response.destroy(),
      );
      return true;
    });
    try {
      const remote = withToken(asked.url('origin'));
      await expect(git.checkout({ remote, commit, directory: directory(), signal: soon() })).rejects.toThrow(
        'does not answer',
      );
      expect(shown).toEqual({ arguments: [], variables: ['git', 'git-remote-http'] });
    } finally {
      await asked.close();
    }
  });
});

describe('the environment of git', () => {
  it('is ours alone, whatever Shipmate was started with', async () => {
    const ours = {
      GIT_DIR: '/nowhere',
      GIT_SSH_COMMAND: 'false',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.hooksPath',
      GIT_CONFIG_VALUE_0: '/nowhere',
      GIT_TRACE: '1',
      SSH_AUTH_SOCK: '/nowhere',
      SHIPMATE_SECRET_KEY: 'of the process',
    };
    Object.assign(process.env, ours);
    try {
      using recorded = await recordGit(repository.folder);
      await git.checkout({ remote: withToken(home.url('origin')), commit, directory: directory(), signal: soon() });
      const names = (await recorded.runs()).flatMap(({ env }) => env.map((line) => line.split('=')[0] ?? ''));
      expect(Object.keys(ours).filter((name) => names.includes(name))).toEqual([]);
      const shell = new Set(['PWD', 'OLDPWD', 'SHLVL', '_']);
      expect([...new Set(names)].filter((name) => !shell.has(name)).sort()).toEqual([
        'GIT_ALLOW_PROTOCOL',
        'GIT_ATTR_NOSYSTEM',
        'GIT_CEILING_DIRECTORIES',
        'GIT_CONFIG_GLOBAL',
        'GIT_CONFIG_NOSYSTEM',
        'GIT_NO_LAZY_FETCH',
        'GIT_TERMINAL_PROMPT',
        'HOME',
        'LANG',
        'LC_ALL',
        'PATH',
        'SHIPMATE_GIT_TOKEN',
        'SHIPMATE_GIT_USERNAME',
      ]);
    } finally {
      for (const name of Object.keys(ours)) delete process.env[name];
    }
  });
});
