import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { GitSource } from '../../../src/entities/git-source.ts';
import { gitSourceIdentity } from '../../../src/usecases/applications/application-environment.ts';
import type { KeptApp, KeptInstallation } from '../../support/forge/app-host-types.ts';
import { openAppStage } from './stage.ts';

let stage: Awaited<ReturnType<typeof openAppStage>>;
let app: KeptApp;
beforeAll(async () => {
  stage = await openAppStage();
  ({ app } = await stage.createApp(' --organization acme'));
});
afterAll(() => stage.close());
let projects = 0;
let shop: string;
let installation: KeptInstallation;
beforeEach(async () => {
  Object.assign(stage.host, { installations: [], tokens: [], log: [], answer: undefined });
  stage.remotes.length = 0;
  await executeSql(stage.database.database.asSystem(), 'delete from host_app_installations');
  projects += 1;
  shop = `shop-${projects}`;
  await stage.root.type(`project create ${shop}`);
  installation = stage.host.install(app, { repositories: [`acme/api-${projects}`] });
});

const repository = () => `acme/api-${projects}`;
const address = () => `${stage.host.url}/${repository()}.git`;

async function sourceOf(name: string): Promise<GitSource> {
  return stage.database.database
    .asSystem()
    .findOneOrFail(GitSource, { application: { name, project: { name: shop } } }, { populate: ['hostApp'] });
}

async function create(repo = address(), more = '') {
  return stage.root.type(`app create ${shop}/api --provider github --repo ${repo}${more}`);
}

describe('app create', () => {
  it('connects what an app reaches by itself, with a token that reads this repository alone', async () => {
    const reply = await create();
    expect(reply.text).toBe(
      `The GitHub App \`${app.slug}\` reaches \`${repository()}\`: each push to \`main\` is deployed.\n` +
        `Deploy it with \`deploy ${shop}/api\`.`,
    );
    const [token] = stage.host.tokens;
    expect(stage.host.tokens).toHaveLength(1);
    expect(token).toMatchObject({ repositories: [repository()], permissions: { contents: 'read' } });
    expect(stage.remotes).toMatchObject([{ url: address(), credentials: { kind: 'token', token: token?.token } }]);
    const source = await sourceOf('api');
    expect([source.hostApp?.slug, source.webhookConfig, source.hookId]).toEqual([app.slug, {}, null]);
  });

  it('stores no token', async () => {
    await create();
    const { rows } = await executeSql<{ found: number }>(
      stage.database.database.asSystem(),
      `select count(*)::int as found from git_sources s where s::text like '%ghs_%'
       union all select count(*)::int from audit_logs a where a::text like '%ghs_%'`,
    );
    expect(rows).toEqual([{ found: 0 }, { found: 0 }]);
  });

  it('takes the name alone where the app is installed for the owner', async () => {
    await stage.root.type(`github app show ${app.slug}`);
    expect((await create(repository())).tone).toBe('success');
    expect((await sourceOf('api')).application.id).toBeDefined();
    expect(stage.remotes.map(({ url }) => url)).toEqual([address()]);
  });

  it('says where to add a repository that the installation does not reach', async () => {
    installation.repositories = ['acme/other'];
    await stage.root.type(`github app show ${app.slug}`);
    const reply = await create();
    expect(reply.text).toContain(
      `The GitHub App \`${app.slug}\` does not reach \`${repository()}\`. ` +
        `Add it: ${stage.host.url}/organizations/acme/settings/installations/${installation.id}.`,
    );
    expect((await sourceOf('api')).hostApp).toBeNull();
  });

  it('says where to install an app that is not', async () => {
    stage.host.installations = [];
    expect((await create()).text).toContain(
      `The GitHub App \`${app.slug}\` is not installed for \`${repository()}\`. ` +
        `Install it: ${stage.host.url}/github-apps/${app.slug}/installations/new.`,
    );
  });

  it('completes what the installations reach, from all pages', async () => {
    installation.repositories = ['acme/a', 'acme/b', 'acme/c'];
    const listed = await stage.root.type('github app repos');
    expect(listed.table?.rows.map(([name]) => name)).toEqual(['acme/a', 'acme/b', 'acme/c']);
    expect(stage.host.tokens.at(-1)).toMatchObject({ repositories: undefined, permissions: { metadata: 'read' } });
  });
});

describe('app connect', () => {
  it('replaces a token, a webhook and its secret by an app that reaches the repository', async () => {
    stage.host.installations = [];
    await create(address(), ' --branch main');
    const before = await sourceOf('api');
    const { cipher, database } = stage.deps;
    const token = cipher.encrypt('a token', gitSourceIdentity(before, 'token'));
    await executeSql(
      database.asSystem(),
      'update git_sources set webhook_config = webhook_config || $2 where id = $1',
      [before.id, JSON.stringify({ token })],
    );
    stage.host.install(app, { repositories: [repository()] });
    const reply = await stage.root.type(`app connect ${shop}/api`);
    expect(reply.title).toBe(`\`${shop}/api\` is connected`);
    const after = await sourceOf('api');
    expect([after.hostApp?.slug, after.webhookConfig]).toEqual([app.slug, {}]);
  });

  it('goes back to a token', async () => {
    await create();
    await stage.root.type(`app connect ${shop}/api --token`, { token: 'another' });
    const { hostApp, webhookConfig } = await sourceOf('api');
    expect([hostApp, Object.keys(webhookConfig).sort()]).toEqual([null, ['secret', 'token']]);
  });

  it('checks the app', async () => {
    await create();
    const reply = await stage.root.type(`app connect ${shop}/api --check`);
    expect(reply.tone).toBe('success');
    expect(reply.text).toContain(`The GitHub App \`${app.slug}\` reaches \`${repository()}\``);
  });
});

describe('an app that loses its repository', () => {
  /** Tokens that were given before last for an hour, whatever happened since. */
  async function deployAfter(change: () => void): Promise<string | undefined> {
    await create();
    change();
    stage.host.tokens.length = 0;
    const { appTokens } = stage.deps;
    const source = await sourceOf('api');
    const token = appTokens.forRepository(source.hostApp?.id ?? '', repository(), 'clone');
    try {
      await token.renew(await token.current());
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : undefined;
    }
  }

  const page = () => `${stage.host.url}/organizations/acme/settings/installations/${installation.id}`;

  it('is said to be suspended', async () => {
    expect(await deployAfter(() => (installation.suspended = true))).toBe(
      `The GitHub App \`${app.slug}\` is suspended for \`acme\`. Unsuspend it: ${page()}`,
    );
  });

  it('is said to be uninstalled', async () => {
    expect(await deployAfter(() => (stage.host.installations = []))).toBe(
      `The GitHub App \`${app.slug}\` is not installed for \`${repository()}\`. ` +
        `Install it: ${stage.host.url}/github-apps/${app.slug}/installations/new`,
    );
  });

  it('is said to reach other repositories only', async () => {
    expect(await deployAfter(() => (installation.repositories = ['acme/other']))).toBe(
      `The GitHub App \`${app.slug}\` does not reach \`${repository()}\`. Add it: ${page()}`,
    );
  });

  it('is found again after it was installed anew', async () => {
    expect(
      await deployAfter(() => {
        stage.host.installations = [];
        stage.host.install(app, { id: 9_000 + projects, repositories: [repository()] });
      }),
    ).toBeUndefined();
  });

  it('keeps its applications when somebody deletes it', async () => {
    await create();
    const reply = await stage.root.type(`github app delete ${app.slug}`);
    expect(reply.tone).toBe('danger');
    expect(reply.text).toContain(`\`${app.slug}\`. Connect with a token first: \`app connect shop-`);
  });
});
