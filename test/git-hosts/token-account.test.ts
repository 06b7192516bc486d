import { describe, expect, it } from '@jest/globals';
import { tokenAccount } from '../../src/git-hosts/token-account.ts';

const bitbucket = 'https://bitbucket.org/acme/api.git';

describe('the account that git names beside a token', () => {
  it.each([
    ['an API token with its owner’s address', 'ada@example.com:ATATT3xFf', 'ATATT3xFf', 'x-bitbucket-api-token-auth'],
    ['an API token alone', 'ATATT3xFf', 'ATATT3xFf', 'x-bitbucket-api-token-auth'],
    ['an API token with a user name', 'ada:ATATT3xFf', 'ATATT3xFf', 'ada'],
    ['an access token of a repository, project or workspace', 'ATCTT3xFf', 'ATCTT3xFf', 'x-token-auth'],
    ['a token with a colon in it', 'ada@example.com:a:b', 'a:b', 'x-bitbucket-api-token-auth'],
  ])('at Bitbucket Cloud is right for %s', (_what, given, token, username) => {
    expect(tokenAccount(bitbucket, given)).toEqual({ token, username });
  });

  it.each(['https://github.com/acme/api.git', 'https://git.example.com/acme/api.git', '/srv/git/api.git'])(
    'of %s is any',
    (url) => {
      expect(tokenAccount(url, 'ada@example.com:secret')).toEqual({ token: 'ada@example.com:secret' });
    },
  );
});
