import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GitHostError } from '../../../src/git-hosts/api.ts';
import { clientLibraries } from '../../../src/git-hosts/client-libraries.ts';
import { api } from '../../../src/git-hosts/github/api.ts';
import type { FakeGitHosts } from '../../support/fake-git-hosts.ts';
import { startGitHosts } from '../../support/git-hosts.ts';

let hosts: FakeGitHosts;
beforeAll(async () => {
  hosts = await startGitHosts();
});
afterAll(async () => hosts[Symbol.asyncDispose]());

describe('the API of GitHub', () => {
  it.each([
    ['https://github.com/acme/api.git', 'https://api.github.com'],
    ['git@github.com:acme/api.git', 'https://api.github.com'],
    ['ssh://git@ssh.github.com:443/acme/api.git', 'https://api.github.com'],
    ['https://git.acme.example/acme/api', 'https://git.acme.example/api/v3'],
    ['https://acme.ghe.com/acme/api', 'https://api.acme.ghe.com'],
  ])('of %s is %s', (url, address) => {
    expect(api.address(url)).toBe(address);
  });

  it('is not known of a local path', () => {
    expect(api.address('/srv/git/api.git')).toBeUndefined();
  });

  it('that has been asked too much answers 403, which is not the token’s fault', async () => {
    const reset = Math.ceil(Date.now() / 1_000) + 60;
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
    hosts.answer = { status: 403, headers, body: { message: 'API rate limit exceeded' } };
    const host = clientLibraries().open({ provider: 'github', cloneUrl: `${hosts.url}/acme/api`, token: hosts.token });
    const error = await host
      .checksOf('acme/api', 'c0ffee0000000000000000000000000000000000')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 403, refused: false });
    expect((error as GitHostError).retryAfterMs).toBeGreaterThan(50_000);
  });
});
