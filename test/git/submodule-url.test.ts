import { describe, expect, it } from '@jest/globals';
import { resolveSubmoduleUrl, shownUrl, submoduleRemote } from '../../src/git/submodule-url.ts';
import type { GitRemote } from '../../src/git/git.ts';

describe('the address of a submodule', () => {
  it.each([
    ['https://git.example.com/acme/api.git', '../lib.git', 'https://git.example.com/acme/lib.git'],
    ['https://git.example.com/acme/api.git/', '../../other/lib', 'https://git.example.com/other/lib'],
    ['https://git.example.com/acme/api', './lib', 'https://git.example.com/acme/api/lib'],
    ['git@git.example.com:acme/api.git', '../lib.git', 'git@git.example.com:acme/lib.git'],
    ['git@git.example.com:/srv/api.git', '../lib.git', 'git@git.example.com:/srv/lib.git'],
    ['ssh://git@git.example.com:2222/acme/api', '../lib', 'ssh://git@git.example.com:2222/acme/lib'],
    ['git://git.example.com/api', '../lib', 'git://git.example.com/lib'],
    ['/srv/git/api', '../lib', '/srv/git/lib'],
    ['https://git.example.com/acme/api', 'https://bob@other.example.com/lib', 'https://other.example.com/lib'],
    ['https://git.example.com/acme/api', '..lib', '..lib'],
  ])('at %s, %s is %s', (base, url, resolved) => {
    expect(resolveSubmoduleUrl(base, url)).toBe(resolved);
  });

  it.each(['https://git.example.com/acme/api', 'git@git.example.com:acme/api', '/acme/api'])(
    'never leaves the host of %s',
    (base) => {
      expect(() => resolveSubmoduleUrl(base, '../../../lib')).toThrow('leads above the root of the host');
    },
  );

  it('is shown without what may be a secret', () => {
    expect(shownUrl('https://bob:s3cr3t@git.example.com/lib?token=s3cr3t')).toBe('https://git.example.com/lib');
    expect(shownUrl('ssh://git@git.example.com/`lib`')).toBe('ssh://git.example.com/?lib?');
  });
});

describe('the credentials of a submodule', () => {
  const token = { kind: 'token', token: 't' } as const;
  const key = { kind: 'ssh', privateKey: 'k' } as const;
  const byToken: GitRemote = { url: 'https://git.example.com/acme/api', credentials: token };
  const byKey: GitRemote = { url: 'git@git.example.com:acme/api', credentials: key };

  it.each([
    ['https://git.example.com/lib', { url: 'https://git.example.com/lib', credentials: token }],
    ['git@git.example.com:acme/lib.git', { url: 'https://git.example.com/acme/lib.git', credentials: token }],
    ['ssh://git@git.example.com:22/lib', { url: 'https://git.example.com/lib', credentials: token }],
    ['http://git.example.com/lib', { url: 'http://git.example.com/lib' }],
    ['https://git.example.com:8443/lib', { url: 'https://git.example.com:8443/lib' }],
    ['https://git.example.com.evil.example/lib', { url: 'https://git.example.com.evil.example/lib' }],
    ['git@other.example.com:lib', { url: 'git@other.example.com:lib' }],
    ['git://git.example.com/lib', { url: 'git://git.example.com/lib' }],
  ])('of a clone with a token: %s', (url, remote) => {
    expect(submoduleRemote(byToken, url)).toEqual(remote);
  });

  it.each([
    ['git@git.example.com:acme/lib', { url: 'git@git.example.com:acme/lib', credentials: key }],
    ['ssh://git@git.example.com/lib', { url: 'ssh://git@git.example.com/lib', credentials: key }],
    ['ssh://git@git.example.com:2222/lib', { url: 'ssh://git@git.example.com:2222/lib' }],
    ['https://git.example.com/lib', { url: 'https://git.example.com/lib' }],
    ['git@other.example.com:lib', { url: 'git@other.example.com:lib' }],
  ])('of a clone with a key: %s', (url, remote) => {
    expect(submoduleRemote(byKey, url)).toEqual(remote);
  });
});
