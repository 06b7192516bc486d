import { describe, expect, it } from '@jest/globals';
import { api } from '../../../src/git-hosts/bitbucket-data-center/api.ts';
import { pages } from '../../../src/git-hosts/bitbucket-data-center/pages.ts';
import { compareUrl, commitUrl } from '../../../src/git-hosts/page-urls.ts';

describe('the API of Bitbucket Data Center', () => {
  it.each([
    ['https://bitbucket.example.com/scm/shop/api.git', 'https://bitbucket.example.com'],
    ['https://acme.example:8443/code/scm/~ada/api.git', 'https://acme.example:8443/code'],
    ['ssh://git@bitbucket.example.com:7999/shop/api.git', 'https://bitbucket.example.com'],
  ])('of %s is at %s', (cloneUrl, address) => {
    expect(api.address(cloneUrl, { repository: 'SHOP/api' })).toBe(address);
  });

  it('is where deliveries say, for a repository that is cloned over ssh', () => {
    const webAddress = 'https://bitbucket.example.com:8443/code';
    expect(api.address('ssh://git@bitbucket.example.com:7999/shop/api.git', { webAddress })).toBe(webAddress);
  });
});

describe('a page of Bitbucket Data Center', () => {
  it.each([
    [
      'https://bitbucket.example.com/code/scm/shop/api.git',
      'https://bitbucket.example.com/code/projects/shop/repos/api',
    ],
    ['ssh://git@bitbucket.example.com:7999/~ada/api.git', 'https://bitbucket.example.com/users/ada/repos/api'],
  ])('of %s is below %s', (cloneUrl, page) => {
    const origin = { sourceType: 'bitbucket-data-center', sourceConfig: { clone_url: cloneUrl } } as const;
    expect(commitUrl(origin, 'aaa')).toBe(`${page}/${pages.commitPath('aaa')}`);
    expect(compareUrl(origin, { from: 'aaa', to: 'bbb' })).toBe(
      `${page}/compare/commits?sourceBranch=bbb&targetBranch=aaa`,
    );
  });
});
