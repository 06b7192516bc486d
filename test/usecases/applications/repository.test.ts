import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../../../src/errors.ts';
import { identifyRepository } from '../../../src/usecases/applications/repository.ts';

describe('identifyRepository', () => {
  it.each([
    ['https://github.com/acme/api.git', 'github', 'acme/api'],
    ['https://gitlab.example.com/group/sub/api', 'gitlab', 'group/sub/api'],
    ['git@bitbucket.org:acme/api.git', 'bitbucket', 'acme/api'],
    ['ssh://git@codeberg.org/acme/api.git', 'gitea', 'acme/api'],
    ['https://acme.ghe.com/acme/api.git', 'github', 'acme/api'],
    ['https://gitea.example.com/git/acme/api.git', 'gitea', 'acme/api'],
    ['https://gitlab.example.com:8443/group/sub/api/', 'gitlab', 'group/sub/api'],
    ['https://bitbucket.example.com/scm/PROJ/api.git', 'bitbucket-data-center', 'PROJ/api'],
    ['https://bitbucket.example.com/code/scm/~ada/api.git', 'bitbucket-data-center', '~ada/api'],
    ['ssh://git@bitbucket.example.com:7999/proj/api.git', 'bitbucket-data-center', 'proj/api'],
    ['git@github.com:4545/api.git', 'github', '4545/api'],
  ])('reads %s', (url, provider, path) => {
    expect(identifyRepository(url, {})).toEqual({ url, provider, path });
  });

  it.each([
    ['https://ada@bitbucket.org/acme/api.git', 'https://bitbucket.org/acme/api.git', 'bitbucket', 'acme/api'],
    [
      'https://ada@bitbucket.example.com/scm/proj/api.git',
      'https://bitbucket.example.com/scm/proj/api.git',
      'bitbucket-data-center',
      'proj/api',
    ],
  ])('takes %s without the account of its clone button', (given, url, provider, path) => {
    expect(identifyRepository(given, {})).toEqual({ url, provider, path });
  });

  it.each([
    ['git@git.example.com:4545/acme/api.git', 'ssh://git@git.example.com:4545/acme/api.git'],
    ['git@git.example.com:2222/api.git', 'ssh://git@git.example.com:2222/api.git'],
    ['git@gitlab.com:4545/group/api.git', 'ssh://git@gitlab.com:4545/group/api.git'],
    ['https://github.com/acme/api/tree/main', 'https://github.com/acme/api'],
    ['https://github.com/acme/api/tree/feature/x/src', 'https://github.com/acme/api'],
    ['https://github.com/acme/api/blob/main/README.md#usage', 'https://github.com/acme/api'],
    ['https://github.com/acme/api/pull/7/files', 'https://github.com/acme/api'],
    ['https://github.com/acme/api?tab=readme-ov-file', 'https://github.com/acme/api'],
    ['https://github.com/acme/api.git?ref=main', 'https://github.com/acme/api.git'],
    ['https://github.com/acme/api#readme', 'https://github.com/acme/api'],
    ['https://github.com/acme/api.git/', 'https://github.com/acme/api.git'],
    ['git@github.com:acme/api.git/', 'git@github.com:acme/api.git'],
    ['ssh://git@github.com/acme/api.git/', 'ssh://git@github.com/acme/api.git'],
    ['https://gitlab.com/group/sub/api/-/tree/main', 'https://gitlab.com/group/sub/api'],
    ['https://gitlab.com/group/sub/api/-/merge_requests', 'https://gitlab.com/group/sub/api'],
    ['https://gitlab.com/group/sub/api/tree/main', 'https://gitlab.com/group/sub/api'],
    [
      'https://git.example.com/gitlab/acme/api/-/blob/main/a.ts?ref_type=heads',
      'https://git.example.com/gitlab/acme/api',
    ],
    ['https://codeberg.org/acme/api/src/branch/main', 'https://codeberg.org/acme/api'],
    ['https://gitea.example.com/acme/api/src/tag/v1', 'https://gitea.example.com/acme/api'],
    ['https://bitbucket.org/acme/api/src/main/', 'https://bitbucket.org/acme/api'],
    ['https://bitbucket.example.com/projects/PROJ/repos/api/browse', 'https://bitbucket.example.com/scm/PROJ/api.git'],
    ['https://acme.example/code/users/ada/repos/api', 'https://acme.example/code/scm/~ada/api.git'],
    ['github.com/acme/api', 'https://github.com/acme/api'],
  ])('refuses %s with the right spelling', (given, right) => {
    const why = `That is not the address to clone from. Use \`${right}\`.`;
    expect(() => identifyRepository(given, { provider: 'gitlab' })).toThrow(new UsageError(why));
  });

  it('leaves a group alone that is called like a page', () => {
    const url = 'https://gitlab.example.com/acme/src/main/api.git';
    expect(identifyRepository(url, {})).toEqual({ url, provider: 'gitlab', path: 'acme/src/main/api' });
  });

  it('takes a number for a folder when it is part of the given name', () => {
    const url = 'git@git.example.com:4545/acme/api.git';
    expect(identifyRepository(url, { provider: 'gitlab', path: '4545/acme/api' }).url).toBe(url);
  });

  it.each([
    ['https://dev.azure.com/acme/shop/_git/api', /^Azure DevOps does not sign its webhooks, so they are not taken\. /],
    ['git@ssh.dev.azure.com:v3/acme/shop/api', /^Azure DevOps does not sign its webhooks/],
    ['https://acme.visualstudio.com/shop/_git/api', /^Azure DevOps does not sign its webhooks/],
    ['https://gogs.example.com/acme/api.git', /^Gogs is not supported; Gitea and Forgejo are\. .*`--provider none`/],
  ])('says of %s that its webhooks are not taken', (url, why) => {
    expect(() => identifyRepository(url, {})).toThrow(why);
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
    ['https://ATBBhunter2@bitbucket.org/acme/api', 'The repository URL contains credentials'],
    ['https://ada:hunter2@bitbucket.org/acme/api', 'The repository URL contains credentials'],
    ['https://hunter2@github.com/acme/api/tree/main', 'The repository URL contains credentials'],
    ['ftp://github.com/acme/api', 'clones over https'],
    ['nonsense', 'clone'],
    ['https://github.com/acme', 'is not a repository path'],
  ])('refuses %s', (url, message) => {
    expect(() => identifyRepository(url, {})).toThrow(message);
    expect(() => identifyRepository(url, {})).toThrow(expect.not.stringContaining('hunter2'));
  });
});
