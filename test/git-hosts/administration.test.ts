import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gitProviders } from '../../src/entities/git-provider.ts';
import type { GitHostApi } from '../../src/git-hosts/api.ts';
import { librariesFor } from '../support/connected-application.ts';
import type { FakeGitHosts } from '../support/fake-git-hosts.ts';
import { startGitHosts } from '../support/git-hosts.ts';

let hosts: FakeGitHosts;
beforeAll(async () => {
  hosts = await startGitHosts();
});
afterAll(async () => hosts[Symbol.asyncDispose]());
beforeEach(() => {
  Object.assign(hosts, { webhooks: [], deployKeys: [], log: [], answer: undefined, movedTo: undefined });
  hosts.rights = { read: true, webhooks: true, keys: true, lacking: 404 };
});

const url = 'https://ship.example.com/webhooks/host?project=1';
const wanted = { url, secret: 's3cret-s3cret' };

describe.each(gitProviders)('a repository at %s', (provider) => {
  function open(): GitHostApi {
    return librariesFor(hosts).open({ provider, cloneUrl: `${hosts.url}/acme/api`, token: hosts.token });
  }

  it('gets a webhook, which is changed and removed', async () => {
    const api = open();
    const id = await api.createWebhook('acme/api', wanted);
    expect(hosts.webhooks).toMatchObject([{ id, repository: 'acme/api', ...wanted, active: true }]);
    expect(await api.webhooks('acme/api')).toEqual([{ id, url, faults: [] }]);
    const moved = { url: `${url}2`, secret: 'another-secret' };
    expect(await api.updateWebhook('acme/api', id, moved)).toBe(id);
    expect(hosts.webhooks).toMatchObject([{ id, ...moved }]);
    await api.removeWebhook('acme/api', id);
    expect(hosts.webhooks).toEqual([]);
  });

  it('tells the webhooks of all pages, and what is wrong with each', async () => {
    const api = open();
    for (const at of [1, 2, 3, 4]) await api.createWebhook('acme/api', { ...wanted, url: `${url}${at}` });
    Object.assign(hosts.webhooks[0] ?? {}, { events: [] });
    Object.assign(hosts.webhooks[3] ?? {}, { active: false });
    const told = await api.webhooks('acme/api');
    expect(told.map((hook) => hook.url)).toEqual([1, 2, 3, 4].map((at) => `${url}${at}`));
    expect(told.map(({ faults }) => faults)).toEqual([['events'], [], [], ['inactive']]);
  });

  it('tells about every branch, also after somebody set a filter', async () => {
    const api = open();
    const id = await api.createWebhook('acme/api', wanted);
    const [hook] = hosts.webhooks;
    Object.assign(hook ?? {}, { filter: 'release/*' });
    const filters = provider === 'gitlab' || provider === 'gitea';
    expect(await api.webhooks('acme/api')).toMatchObject([{ faults: filters ? ['events'] : [] }]);
    await api.updateWebhook('acme/api', id, wanted);
    expect(await api.webhooks('acme/api')).toMatchObject([{ faults: [] }]);
  });

  it('gets back its events and is switched on; events of others stay', async () => {
    const api = open();
    const id = await api.createWebhook('acme/api', wanted);
    const other = provider.startsWith('bitbucket') ? 'repo:updated' : 'release';
    Object.assign(hosts.webhooks[0] ?? {}, { events: provider === 'gitlab' ? [] : [other], active: false });
    const now = await api.updateWebhook('acme/api', id, wanted);
    expect(await api.webhooks('acme/api')).toEqual([{ id: now, url, faults: [] }]);
    if (provider !== 'gitlab') expect(hosts.webhooks[0]?.events).toContain(other);
    expect(now === id).toBe(provider !== 'gitlab');
  });

  it('gets a deploy key that only reads, and loses it', async () => {
    const api = open();
    const id = await api.addDeployKey('acme/api', { title: 'Shipmate shop/api', key: 'ssh-ed25519 AAAA shipmate' });
    expect(hosts.deployKeys).toEqual([
      { id, repository: 'acme/api', title: 'Shipmate shop/api', key: 'ssh-ed25519 AAAA shipmate', readOnly: true },
    ]);
    await api.removeDeployKey('acme/api', id);
    expect(hosts.deployKeys).toEqual([]);
  });

  it('that was renamed is followed, also where something is created', async () => {
    hosts.movedTo = '';
    await open().createWebhook('acme/api', wanted);
    expect(hosts.webhooks).toMatchObject([wanted]);
  });

  it('that asks to wait is not at fault', async () => {
    hosts.answer = { status: 429, headers: { 'retry-after': '60' }, body: { message: 'slow down' } };
    await expect(open().webhooks('acme/api')).rejects.toMatchObject({ refused: false, retryAfterMs: 60_000 });
  });

  it('is readable where it can be seen', async () => {
    await open().readRepository('acme/api');
    hosts.rights.read = false;
    await expect(open().readRepository('acme/api')).rejects.toMatchObject({ status: 404, refused: true });
  });
});
