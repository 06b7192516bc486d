import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gitProviders } from '../../../src/entities/git-provider.ts';
import { GitSource } from '../../../src/entities/git-source.ts';
import { gitSourceIdentity } from '../../../src/usecases/applications/application-environment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { librariesFor } from '../../support/connected-application.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import type { FakeGitHosts } from '../../support/fake-git-hosts.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { startGitHosts } from '../../support/git-hosts.ts';
import { makePerson, type Person } from '../../support/person.ts';

let test: TestDatabase;
let hosts: FakeGitHosts;
let deps: Deps;
let ada: Person;
beforeAll(async () => {
  test = await createTestDatabase();
  hosts = await startGitHosts();
  deps = { ...fakeDeps(test.database), gitHostApis: librariesFor(hosts) };
  ada = await makePerson(deps, 'super_admin');
});
afterAll(async () => {
  await hosts[Symbol.asyncDispose]();
  await test.close();
});
let projects = 0;
let shop: string;
beforeEach(async () => {
  Object.assign(hosts, { webhooks: [], deployKeys: [], log: [], answer: undefined });
  hosts.rights = { read: true, webhooks: true, keys: true, lacking: 404 };
  projects += 1;
  shop = `shop-${projects}`;
  await ada.type(`project create ${shop}`);
});

function create(app: string, provider = 'github', over = ''): Promise<{ text?: string; data?: unknown; tone: string }> {
  const repo = `--repo ${hosts.url}/acme/api-${projects}.git --branch main --provider ${provider}`;
  return ada.type(`app create ${app} ${repo} --token ${over}`, { token: hosts.token });
}

async function sourceOf(app: string): Promise<GitSource> {
  const [project, name] = app.split('/');
  return test.database
    .asSystem()
    .findOneOrFail(GitSource, { application: { name: name ?? '', project: { name: project ?? '' } } });
}

async function secretOf(app: string): Promise<string> {
  const source = await sourceOf(app);
  return deps.cipher.decrypt(source.webhookConfig.secret ?? '', gitSourceIdentity(source, 'secret'));
}

describe.each(gitProviders)('an application of %s with a token', (provider) => {
  it('gets its webhook, whose secret nobody has to see', async () => {
    const reply = await create(`${shop}/api`, provider);
    expect(reply.text).toMatch(
      /^Shipmate added a webhook to `acme\/api-\d+` at [\w ]+: each push to `main` is deployed\.\n/,
    );
    const secret = await secretOf(`${shop}/api`);
    expect(hosts.webhooks).toMatchObject([{ repository: `acme/api-${projects}`, secret, active: true }]);
    expect(hosts.webhooks[0]?.url).toMatch(
      new RegExp(`^http://ship.example/webhooks/${provider}\\?project=[0-9a-f-]{36}$`),
    );
    expect(JSON.stringify(reply)).not.toContain(secret);
  });

  it('is checked: what differs is repaired, and the secret set again', async () => {
    await create(`${shop}/api`, provider);
    const [hook] = hosts.webhooks;
    Object.assign(hook ?? {}, { url: 'http://old.example/webhooks', secret: 'other', events: [], active: false });
    const reply = await ada.type(`app connect ${shop}/api --check`);
    expect(reply.text).toContain('is repaired (URL, events, switched on)');
    expect(reply).toMatchObject({
      tone: 'success',
      data: { webhook: 'kept', repaired: ['url', 'events', 'inactive'] },
    });
    expect(hosts.webhooks).toMatchObject([{ secret: await secretOf(`${shop}/api`), active: true }]);
    expect(hosts.webhooks[0]?.url).toContain('http://ship.example/webhooks/');
    expect((await ada.type(`app connect ${shop}/api --check`)).data).toMatchObject({ webhook: 'kept', repaired: [] });
    expect(hosts.webhooks).toHaveLength(1);
    // Somebody removed it at the host.
    hosts.webhooks = [];
    expect((await ada.type(`app connect ${shop}/api --check`)).data).toMatchObject({ webhook: 'created' });
    expect(hosts.webhooks).toMatchObject([{ secret: await secretOf(`${shop}/api`) }]);
  });

  it('that is archived takes its webhook along, and gets one again when it is restored', async () => {
    await create(`${shop}/api`, provider);
    await ada.type(`app archive ${shop}/api`);
    expect(hosts.webhooks).toEqual([]);
    expect((await sourceOf(`${shop}/api`)).hookId).toBeNull();
    await ada.type(`app restore ${shop}/api`);
    expect(hosts.webhooks).toMatchObject([{ secret: await secretOf(`${shop}/api`) }]);
  });

  it('cloned over ssh gets a deploy key, and gives it back', async () => {
    const host = new URL(hosts.url).host;
    const line = `app create ${shop}/api --repo ssh://git@${host}/acme/api.git --branch main --provider ${provider} --status-token`;
    deps.gitHostApis = { open: (access) => librariesFor(hosts).open({ ...access, cloneUrl: `${hosts.url}/acme/api` }) };
    const reply = await ada.type(line, { statusToken: hosts.token });
    expect(reply.text).toContain('Shipmate added a webhook');
    expect(hosts.deployKeys).toMatchObject([{ title: `Shipmate ${shop}/api`, readOnly: true }]);
    expect(hosts.deployKeys[0]?.key).toMatch(/^ssh-ed25519 AAAA\S+ shipmate$/);
    expect((await sourceOf(`${shop}/api`)).webhookConfig.ssh_key).toMatch(/^v1\./);
    await ada.type(`app archive ${shop}/api`);
    expect(hosts.deployKeys).toEqual([]);
    expect((await sourceOf(`${shop}/api`)).webhookConfig.ssh_key).toBeUndefined();
    await ada.type(`app restore ${shop}/api`);
    expect(hosts.deployKeys).toHaveLength(1);
    deps.gitHostApis = librariesFor(hosts);
  });
});

describe('a repository of several applications', () => {
  it('has one webhook in a project, which outlives the first of them', async () => {
    await create(`${shop}/api`);
    expect((await create(`${shop}/web`)).text).toContain('is as it should be');
    expect(hosts.webhooks).toMatchObject([{ secret: await secretOf(`${shop}/api`) }]);
    await ada.type(`app archive ${shop}/api`);
    expect(hosts.webhooks).toMatchObject([{ secret: await secretOf(`${shop}/web`) }]);
    await ada.type(`app archive ${shop}/web`);
    expect(hosts.webhooks).toEqual([]);
  });

  it('has one for each project', async () => {
    await create(`${shop}/api`);
    await ada.type(`project create ${shop}-b`);
    await create(`${shop}-b/api`);
    expect(hosts.webhooks.map(({ secret }) => secret)).toEqual([
      await secretOf(`${shop}/api`),
      await secretOf(`${shop}-b/api`),
    ]);
    await ada.type(`app archive ${shop}/api`);
    expect(hosts.webhooks).toMatchObject([{ secret: await secretOf(`${shop}-b/api`) }]);
  });

  it('keeps one webhook where somebody added it by hand, and leaves others alone', async () => {
    const repository = `acme/api-${projects}`;
    const others = { repository, secret: 'x', events: ['push'], active: true };
    hosts.webhooks.push({ ...others, id: '1', url: 'https://ci.example/hook' });
    hosts.webhooks.push({ ...others, id: '2', url: 'https://other.example/webhooks/github' });
    hosts.webhooks.push({ ...others, id: '3', url: 'http://ship.example/webhooks/github' });
    expect((await create(`${shop}/api`)).text).toContain('is repaired (URL, events)');
    expect(hosts.webhooks.map(({ id, secret }) => [id, secret])).toEqual([
      ['1', 'x'],
      ['2', 'x'],
      ['3', await secretOf(`${shop}/api`)],
    ]);
    await ada.type(`app archive ${shop}/api`);
    expect(hosts.webhooks.map(({ id }) => id)).toEqual(['1', '2']);
  });
});

describe('a host that refuses', () => {
  it.each([403, 404] as const)(
    'with %s names the rights that the token lacks, and the steps by hand',
    async (lacking) => {
      Object.assign(hosts.rights, { webhooks: false, lacking });
      const reply = await create(`${shop}/api`);
      expect(reply.text).toContain(
        'The token may not manage webhooks: it needs the scopes `repo` and `admin:repo_hook`, or for a fine-grained token ' +
          `“Webhooks” and “Administration”: read and write. Set another one: \`app connect ${shop}/api --status-token\`.\n` +
          'To deploy each push to `main`, add a webhook',
      );
      expect(reply.data).toMatchObject({
        webhook: { url: 'http://ship.example/webhooks/github', secret: await secretOf(`${shop}/api`) },
      });
    },
  );

  it('to show the repository says so', async () => {
    hosts.rights.read = false;
    expect((await create(`${shop}/api`)).text).toContain(
      `GitHub shows this token no repository \`acme/api-${projects}\`: it is not there, or not for this token.`,
    );
  });

  it('the token says that it is not accepted, and never the token', async () => {
    hosts.answer = { status: 401, body: { message: `Bad credentials ${hosts.token}` } };
    const reply = await create(`${shop}/api`);
    expect(reply.text).toContain('GitHub does not accept the token: it is wrong, expired or revoked.');
    expect(JSON.stringify(reply)).not.toContain(hosts.token);
  });

  it('a token that is not authorized for single sign-on says so, without the address of the sign-in', async () => {
    const signIn = 'https://github.com/orgs/acme/sso?authorization_request=AB12';
    const body = { message: 'Resource protected by organization SAML enforcement.' };
    hosts.answer = { status: 403, headers: { 'x-github-sso': `required; url=${signIn}` }, body };
    const reply = await create(`${shop}/api`);
    expect(reply.text).toContain(
      'GitHub did not manage webhooks: the organization requires single sign-on, and the token is not authorized for it. ' +
        'Whose token it is authorizes it in its settings there (“Configure SSO”), or connect with a GitHub App. ' +
        `Then: \`app connect ${shop}/api --check\`.`,
    );
    expect(JSON.stringify(reply)).not.toContain('authorization_request');
  });

  it('since the repository is archived says that, and not that the token lacks rights', async () => {
    hosts.answer = { status: 403, body: { message: 'Repository was archived so is read-only.' } };
    expect((await create(`${shop}/api`)).text).toContain(
      `GitHub did not manage webhooks: \`acme/api-${projects}\` is archived there, so it only reads. Unarchive it to deploy pushes.`,
    );
  });

  it('says when to come back', async () => {
    hosts.answer = { status: 403, headers: { 'retry-after': '120' }, body: { message: 'secondary rate limit' } };
    expect((await create(`${shop}/api`)).text).toContain('GitHub wants to be left alone for 2 min. Then:');
  });

  it('to have more webhooks says which limit that is', async () => {
    const errors = [{ resource: 'Hook', code: 'custom', message: 'The "push" event cannot have more than 20 hooks' }];
    hosts.answer = { status: 422, body: { message: 'Validation Failed', errors } };
    expect((await create(`${shop}/api`)).text).toContain(
      'GitHub did not manage webhooks: it answered 422: Validation Failed: The "push" event cannot have more than 20 hooks.',
    );
  });

  it('to remove a webhook leaves it to the people', async () => {
    await create(`${shop}/api`);
    hosts.answer = { status: 503, body: { message: 'maintenance' } };
    expect((await ada.type(`app archive ${shop}/api`)).text).toContain(
      `GitHub still has Shipmate’s webhook of \`acme/api-${projects}\` (it answered 503: maintenance): remove it there.`,
    );
  });
});

describe('app connect', () => {
  it('to another repository takes the webhook along', async () => {
    await create(`${shop}/api`);
    const line = `app connect ${shop}/api --repo ${hosts.url}/acme/moved.git --branch main --provider github --token`;
    await ada.type(line, { token: hosts.token });
    expect(hosts.webhooks).toMatchObject([{ repository: 'acme/moved', secret: await secretOf(`${shop}/api`) }]);
  });

  it('gives the webhook the renewed secret', async () => {
    await create(`${shop}/api`);
    const before = await secretOf(`${shop}/api`);
    await ada.type(`app connect ${shop}/api`);
    expect(hosts.webhooks).toMatchObject([{ secret: await secretOf(`${shop}/api`) }]);
    expect(hosts.webhooks[0]?.secret).not.toBe(before);
  });

  it('--check without a token tells what to do by hand', async () => {
    await ada.type(`app create ${shop}/api --repo https://github.com/acme/api.git --branch main`);
    expect((await ada.type(`app connect ${shop}/api --check`)).text).toBe(
      'The branch `main` can be read.\n' +
        `There is no token to look at the webhook with: \`app connect ${shop}/api --status-token\` sets one. By hand: ` +
        'Settings → Webhooks → Add webhook; content type application/json; just the push event, and for previews pull requests. ' +
        'The URL is `http://ship.example/webhooks/github`.\n' +
        'No delivery has arrived so far.',
    );
    expect((await ada.type(`app connect ${shop}/api --check --branch next`)).tone).toBe('danger');
  });

  it('makes no webhook that cannot arrive', async () => {
    const local = await makePerson(
      { ...deps, config: { ...deps.config, publicUrl: 'http://127.0.0.1:8080' } },
      'super_admin',
    );
    const line = `app create ${shop}/api --repo https://github.com/acme/api.git --branch main --token`;
    const reply = await local.type(line, { token: hosts.token });
    expect(reply.text).toContain(
      'GitHub cannot reach Shipmate: `http://127.0.0.1:8080` leads to this machine only. Set',
    );
    expect(reply.data).toHaveProperty('webhook.secret');
    expect(hosts.log).toEqual([]);
  });
});
