import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gitProviders } from '../../src/entities/git-provider.ts';
import type { GitHostApi } from '../../src/git-hosts/api.ts';
import { clientLibraries } from '../../src/git-hosts/client-libraries.ts';
import type { FakeGitHosts } from '../support/fake-git-hosts.ts';
import { startGitHosts } from '../support/git-hosts.ts';

let hosts: FakeGitHosts;
beforeAll(async () => {
  hosts = await startGitHosts();
});
beforeEach(() => {
  hosts.comments.clear();
  hosts.members.clear();
});
afterAll(async () => hosts[Symbol.asyncDispose]());

const ada = { name: 'ada', id: '{11111111-2222-3333-4444-555555555555}' };

describe.each(gitProviders)('the requests of %s', (provider) => {
  const who = provider === 'gitlab' ? { name: 'ada', id: '7' } : ada;
  const key = { github: 'ada', gitea: 'ada', gitlab: '7', bitbucket: ada.id, 'bitbucket-data-center': 'ada' }[provider];
  const open = (): GitHostApi =>
    clientLibraries({ addresses: hosts.addresses }).open({
      provider,
      cloneUrl: `${hosts.url}/acme/api.git`,
      token: hosts.token,
    });

  it('get a comment, which is edited in place', async () => {
    const id = await open().addComment('acme/api', 42, 'Preview: waits');
    await open().editComment('acme/api', 42, id, 'Preview: deployed');
    expect([...hosts.comments]).toEqual([[id, 'Preview: deployed']]);
  });

  it('whose comment was deleted say so', async () => {
    await expect(open().editComment('acme/api', 42, '9', 'x')).rejects.toMatchObject({ status: 404, refused: true });
  });

  it('are by people who may push, or not', async () => {
    expect(await open().mayPush('acme/api', who)).toBe(false);
    hosts.members.add(key);
    expect(await open().mayPush('acme/api', who)).toBe(true);
  });
});

it('a guest of GitLab may not push', async () => {
  hosts.members.add('7').add('guest 7');
  const api = clientLibraries().open({ provider: 'gitlab', cloneUrl: `${hosts.url}/acme/api.git`, token: hosts.token });
  expect(await api.mayPush('acme/api', { name: 'ada', id: '7' })).toBe(false);
});

it('an id that is none of Bitbucket is no part of a query', async () => {
  const { addresses, token, url } = hosts;
  const api = clientLibraries({ addresses }).open({ provider: 'bitbucket', cloneUrl: `${url}/acme/api.git`, token });
  expect(await api.mayPush('acme/api', { name: 'eve', id: `x" OR user.uuid!="` })).toBe(false);
});
