import { describe, expect, it } from '@jest/globals';
import { apiAddress } from '../../src/git-hosts/api-address.ts';

describe('the API of the host that a repository is cloned from', () => {
  it.each([
    ['github', 'https://github.com/acme/api.git', 'https://api.github.com'],
    ['github', 'git@github.com:acme/api.git', 'https://api.github.com'],
    ['github', 'ssh://git@ssh.github.com:443/acme/api.git', 'https://api.github.com'],
    ['github', 'https://git.acme.example/acme/api', 'https://git.acme.example/api/v3'],
    ['github', 'https://acme.ghe.com/acme/api', 'https://api.acme.ghe.com'],
    ['gitlab', 'https://gitlab.com/acme/group/api.git', 'https://gitlab.com'],
    ['gitlab', 'ssh://git@gitlab.acme.example:2222/acme/api.git', 'https://gitlab.acme.example'],
    ['gitea', 'http://gitea.local:3000/acme/api.git', 'http://gitea.local:3000'],
    ['bitbucket', 'git@bitbucket.org:acme/api.git', 'https://api.bitbucket.org/2.0'],
  ] as const)('of %s at %s is %s', (provider, url, api) => {
    expect(apiAddress(provider, url)).toBe(api);
  });

  it('is not known of a local path', () => {
    expect(apiAddress('github', '/srv/git/api.git')).toBeUndefined();
    expect(apiAddress('gitea', 'file:///srv/git/api.git')).toBeUndefined();
  });
});
