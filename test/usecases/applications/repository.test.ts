import { describe, expect, it } from '@jest/globals';
import { identifyRepository } from '../../../src/usecases/applications/repository.ts';

describe('identifyRepository', () => {
  it.each([
    ['https://github.com/acme/api.git', 'github', 'acme/api'],
    ['https://gitlab.example.com/group/sub/api', 'gitlab', 'group/sub/api'],
    ['git@bitbucket.org:acme/api.git', 'bitbucket', 'acme/api'],
    ['ssh://git@codeberg.org/acme/api.git', 'gitea', 'acme/api'],
  ])('reads %s', (url, provider, path) => {
    expect(identifyRepository(url, {})).toEqual({ url, provider, path });
  });

  it('takes what was given before what the URL tells', () => {
    expect(identifyRepository('/srv/git/acme/api.git', { provider: 'gitea', path: 'team/api' })).toEqual({
      url: '/srv/git/acme/api.git',
      provider: 'gitea',
      path: 'team/api',
    });
  });

  it.each([
    ['https://git.example.com/acme/api', 'Which git host is `git.example.com`?'],
    ['https://user:hunter2@github.com/acme/api', 'The repository URL contains credentials'],
    ['https://hunter2@github.com/acme/api', 'The repository URL contains credentials'],
    ['--upload-pack=touch', 'clone'],
    ['ext::sh -c touch', 'clone'],
    ['ftp://github.com/acme/api', 'clones over https'],
    ['nonsense', 'clone'],
    ['https://github.com/acme', 'is not a repository path'],
  ])('refuses %s', (url, message) => {
    expect(() => identifyRepository(url, {})).toThrow(message);
    expect(() => identifyRepository(url, {})).toThrow(expect.not.stringContaining('hunter2'));
  });
});
