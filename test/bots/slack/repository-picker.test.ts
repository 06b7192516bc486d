import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { optionsOf } from '../../../src/bots/slack/picker-options.ts';
import { executeSql } from '../../../src/database/database.ts';
import { GitSource } from '../../../src/entities/git-source.ts';
import { HostApp } from '../../../src/entities/host-app.ts';
import { appClients } from '../../../src/git-hosts/app-clients.ts';
import { hostApps } from '../../../src/git-hosts/registry.ts';
import { hostAppIdentity } from '../../../src/usecases/host-apps/app-keys.ts';
import { reachedUrls } from '../../../src/usecases/host-apps/list-repositories.ts';
import { startAppHost } from '../../support/forge/app-host.ts';
import type { AppHost } from '../../support/forge/app-host-types.ts';
import { suggestions } from '../../support/slack/limits.ts';
import { wordsOf } from '../../support/slack/people.ts';
import { makeSlackStage, type SlackStage } from '../../support/slack/stage.ts';
import { until } from '../../support/until.ts';

let stage: SlackStage;
let host: AppHost;
/** The host's list waits for it. */
let gate: Promise<unknown> = Promise.resolve();

beforeAll(async () => {
  host = await startAppHost();
  const clients = appClients({ timeoutMs: 60_000 });
  const hostAppApis: typeof clients = {
    ...clients,
    async repositories(...asked) {
      await gate;
      return clients.repositories(...asked);
    },
  };
  stage = await makeSlackStage({ over: { hostAppApis } });
});
beforeEach(() => {
  gate = Promise.resolve();
  host.installations = [];
});
afterEach(async () => {
  expect(stage.world.refused).toEqual([]);
  stage.forget();
  await executeSql(stage.db.database.asSystem(), 'delete from git_sources');
  await executeSql(stage.db.database.asSystem(), 'delete from host_apps');
});
afterAll(async () => {
  await stage.close();
  await host[Symbol.asyncDispose]();
});

/** An app of the host that Shipmate has the keys of. */
async function makeApp() {
  const manifest = hostApps.manifest({ publicUrl: 'https://ship.example', redirectUrl: 'https://ship.example/done' });
  await host.submit(`${host.url}/settings/apps/new?state=x`, JSON.stringify(manifest));
  const app = host.apps.at(-1);
  if (!app) throw new Error('there is no app');
  const id = randomUUID();
  const seal = (key: Parameters<typeof hostAppIdentity>[1], value: string) =>
    stage.deps.cipher.encrypt(value, hostAppIdentity({ id }, key));
  const em = stage.db.database.asSystem();
  const { clientSecret, pem, slug, webhookSecret } = app;
  await em
    .persist(
      em.create(HostApp, {
        id,
        server: host.url,
        number: String(app.id),
        slug,
        name: slug,
        owner: 'acme',
        ofOrganization: true,
        clientId: 'Iv1.1',
        clientSecret: seal('client_secret', clientSecret),
        privateKey: seal('private_key', pem),
        webhookSecret: seal('webhook_secret', webhookSecret),
      }),
    )
    .flush();
  return app;
}

async function openForm(user = 'U1') {
  const before = stage.world.modals.length;
  await stage.people.slash('app create', { user });
  return until('the form', () => stage.world.modals[before]);
}

const urlOf = (name: string) => `${host.url}/${name}.git`;

describe('the form of `app create`', () => {
  it('has the repositories that the app reaches to pick from, and makes the application of one', async () => {
    const repositories = ['acme/api', 'acme/web', 'acme/api-docs'];
    const app = await makeApp();
    host.install(app, { repositories });
    const project = `picked-${randomUUID().slice(0, 8)}`;
    await stage.people.slash(`project create ${project}`);
    await until('the project', () => stage.world.messages[0]);
    await openForm();
    const held = Promise.withResolvers<void>();
    gate = held.promise;
    // Slack waits three seconds, whatever the host does; what it lists is there at the next letter.
    expect(await stage.people.type('repo', 'acme/o')).toEqual([{ text: 'acme/o', value: 'acme/o' }]);
    held.resolve();
    await reachedUrls(stage.deps);
    const all = await stage.people.type('repo', '');
    expect(all.map(({ value }) => value)).toEqual(repositories.map(urlOf).toSorted());
    expect((await stage.people.type('repo', 'WEB')).map(({ value }) => value)).toEqual([urlOf('acme/web'), 'WEB']);
    const submitted = await stage.people.submit({ app: `${project}/web`, repo: urlOf('acme/web') });
    expect(submitted.payload).toEqual({});
    const whisper = await until('the answer', () => stage.world.whispers.at(-1));
    expect(wordsOf(whisper.blocks)).toContain(`${project}/web is created`);
    const [source] = await stage.db.database.asSystem().find(GitSource, {}, { populate: ['hostApp'] });
    expect([source?.repository, source?.hostApp?.slug]).toEqual(['acme/web', app.slug]);
  });

  it('takes an address that is on no list', async () => {
    host.install(await makeApp(), { repositories: [] });
    await openForm();
    const typed = 'https://gitlab.example.com/acme/api.git';
    expect(await stage.people.type('repo', ` ${typed} `)).toEqual([{ text: typed, value: typed }]);
  });

  it('lists nothing to those who may not create applications', async () => {
    host.install(await makeApp());
    await openForm('U2');
    expect(await stage.people.type('repo', '', { user: 'U2' })).toEqual([]);
  });

  it('is a plain field where there is no app', async () => {
    const { blocks } = (await openForm()) as unknown as { blocks: { block_id: string; element: { type: string } }[] };
    expect(blocks.find(({ block_id: id }) => id === 'repo')?.element.type).toBe('plain_text_input');
  });
});

describe('what can be picked', () => {
  const shown = (values: string[], typed = '') => suggestions.parse({ options: optionsOf(values, typed) }).options;

  it('is as many as Slack takes, with what was typed as the last one', () => {
    const many = Array.from({ length: 120 }, (_, at) => `https://github.com/acme/${at}.git`);
    expect(shown(many)).toHaveLength(100);
    const some = shown(many, 'acme');
    expect([some.length, some.at(-1)?.value]).toEqual([100, 'acme']);
  });

  it('of a long address shows the end, and keeps it whole', () => {
    const long = `https://github.com/${'a'.repeat(39)}/${'b'.repeat(60)}.git`;
    expect(shown([long])).toEqual([{ text: { type: 'plain_text', text: `…${long.slice(-74)}` }, value: long }]);
  });

  it('leaves out what is longer than Slack keeps', () => {
    expect(shown([`https://github.com/${'a'.repeat(39)}/${'b'.repeat(100)}.git`], 'x'.repeat(151))).toEqual([]);
  });
});
