import { describe, expect, it } from '@jest/globals';
import { serverAddress } from '../../src/git-hosts/clone-url.ts';
import { isSameRepository, isSameServer } from '../../src/git-hosts/same-repository.ts';

describe('two clone URLs', () => {
  it.each([
    ['https://git.example.com/acme/api.git', 'git@git.example.com:acme/api.git'],
    ['https://git.example.com/acme/api', 'https://Git.Example.com/Acme/API.git/'],
    ['ssh://git@git.example.com:2222/acme/api.git', 'https://git.example.com:8443/acme/api.git'],
    ['ssh://git@git.example.com:22/acme/api.git', 'ssh://git@git.example.com/acme/api.git'],
    ['ssh://git@ssh.github.com:443/acme/api.git', 'https://github.com/acme/api.git'],
    ['git@altssh.bitbucket.org:acme/api.git', 'https://bitbucket.org/acme/api.git'],
  ])('%s and %s are of one repository', (one, other) => {
    expect(isSameRepository(one, other)).toBe(true);
    expect(isSameRepository(other, one)).toBe(true);
  });

  it.each([
    ['https://git.example.com/acme/api.git', 'https://git.example.org/acme/api.git', false],
    ['https://git.example.com:3000/acme/api.git', 'https://git.example.com:4000/acme/api.git', false],
    ['ssh://git@git.example.com:2222/acme/api.git', 'ssh://git@git.example.com:2223/acme/api.git', false],
    ['https://git.example.com/gitlab/acme/api.git', 'https://git.example.com/acme/api.git', true],
    ['/srv/git/acme/api.git', 'https://git.example.com/srv/git/acme/api.git', undefined],
  ])('%s and %s are not', (one, other, sameServer) => {
    expect(isSameRepository(one, other)).toBe(false);
    expect(isSameServer(one, other)).toBe(sameServer);
  });
});

describe('the server of a clone URL', () => {
  it.each([
    ['https://git.example.com/gitlab/acme/sub/api.git', 'acme/sub/api', 'https://git.example.com/gitlab'],
    ['https://git.example.com:8443/Acme/api', 'acme/api', 'https://git.example.com:8443'],
    ['http://git.example.com/a/b/acme/api.git/', 'acme/api', 'http://git.example.com/a/b'],
    ['git@git.example.com:acme/api.git', 'acme/api', 'https://git.example.com'],
    ['https://git.example.com/gitlab/acme/api.git', 'other/api', 'https://git.example.com'],
    ['/srv/git/api.git', 'git/api', undefined],
  ])('%s with the repository %s is %s', (cloneUrl, repository, server) => {
    expect(serverAddress(cloneUrl, { repository })).toBe(server);
  });
});
