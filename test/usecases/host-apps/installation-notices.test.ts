import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { HostApp } from '../../../src/entities/host-app.ts';
import type { Connected } from '../../handlers/webhooks/stage.ts';
import { makeRoute } from '../../support/factories.ts';
import type { KeptApp, KeptInstallation } from '../../support/forge/app-host-types.ts';
import { appDelivery, openAppStage } from './stage.ts';

let stage: Awaited<ReturnType<typeof openAppStage>>;
let app: KeptApp;
let id: string;
/** An account of its own for each test. */
let account: string;
beforeAll(async () => {
  stage = await openAppStage();
  ({ app } = await stage.createApp());
  ({ id } = await stage.database.database.asSystem().findOneOrFail(HostApp, { slug: app.slug }));
  await makeRoute(stage.database.database, { events: ['behind'] });
});
afterAll(() => stage.close());
beforeEach(async () => {
  stage.host.installations = [];
  account = `acme-${randomUUID()}`;
  await executeSql(stage.database.database.asSystem(), 'delete from notifications');
});

async function connect(name: string, repositoryId?: string): Promise<Connected> {
  const one = await stage.connect('github', { repository: `${account}/${name}` });
  await executeSql(
    stage.database.database.asSystem(),
    `update git_sources set host_app_id = $2, webhook_config = '{}', host_repository_id = $3 where application_id = $1`,
    [one.id, id, repositoryId ?? null],
  );
  return one;
}

function install(over: Partial<KeptInstallation> = {}): KeptInstallation {
  return stage.host.install(app, { account, repositories: [`${account}/api`], ...over });
}

async function tell(event: string, action: string, installation: KeptInstallation, more: object = {}) {
  const payload = { ...stage.host.installationPayload(action, installation), ...more };
  const delivery = appDelivery(app, event, payload);
  expect((await stage.send('github', delivery)).status).toBe(200);
  return delivery;
}

async function told(): Promise<Record<string, unknown>[]> {
  const { rows } = await executeSql<{ payload: Record<string, unknown>; severity: string; count: number }>(
    stage.database.database.asSystem(),
    'select payload, severity, count from notifications order by id',
  );
  return rows.map(({ count, payload, severity }) => ({ ...payload, severity, times: count }));
}

const named = (...names: string[]) => names.map((name, at) => ({ id: 70 + at, full_name: `${account}/${name}` }));
const pageOf = ({ id: number }: KeptInstallation) =>
  `${stage.host.url}/organizations/${account}/settings/installations/${number}`;
const common = () => ({ app: app.slug, account, missing: [], times: 1 });

describe('a change of an installation', () => {
  it.each([
    ['suspend', 'suspended', 'warning'],
    ['unsuspend', 'unsuspended', 'info'],
    ['new_permissions_accepted', 'granted', 'info'],
  ])('%s is told for each application of the account', async (action, change, severity) => {
    const [api, web] = [await connect('api'), await connect('web')];
    const one = install();
    await tell('installation', action, one);
    const each = { kind: 'app-reach', change, severity, page: pageOf(one), ...common() };
    expect(await told()).toEqual(
      [
        { ...each, application: api.name, repository: `${account}/api` },
        { ...each, application: web.name, repository: `${account}/web` },
      ].toSorted((a, b) => a.application.localeCompare(b.application)),
    );
  });

  it('that deletes it leads to the page to install it', async () => {
    const { name } = await connect('api');
    await tell('installation', 'deleted', install());
    expect(await told()).toEqual([
      {
        kind: 'app-reach',
        application: name,
        repository: `${account}/api`,
        change: 'uninstalled',
        page: `${stage.host.url}/github-apps/${app.slug}/installations/new`,
        severity: 'warning',
        ...common(),
      },
    ]);
  });

  it('that the host sends again is told once', async () => {
    await connect('api');
    const delivery = await tell('installation', 'suspend', install());
    await stage.send('github', delivery);
    expect(await told()).toMatchObject([{ change: 'suspended', times: 1 }]);
  });

  it('of rights names those that Shipmate uses and the account has not granted', async () => {
    await connect('api');
    const permissions = { metadata: 'read', contents: 'write', pull_requests: 'write', statuses: 'read' };
    await tell('installation', 'new_permissions_accepted', install({ permissions }));
    expect(await told()).toMatchObject([{ missing: ['checks: read', 'deployments: write', 'statuses: write'] }]);
    expect((await stage.root.type(`github app show ${app.slug}`)).text).toContain(
      `\`${account}\` has not granted \`checks: read\`, \`deployments: write\` and \`statuses: write\`: ${stage.host.url}`,
    );
  });

  it('of another app’s applications, of archived ones and of other accounts is not told for them', async () => {
    const archived = await connect('api');
    await executeSql(stage.database.database.asSystem(), 'update applications set deleted_at = now() where id = $1', [
      archived.id,
    ]);
    await stage.connect('github', { repository: `${account}/own-webhook` });
    await tell('installation', 'suspend', install());
    expect(await told()).toMatchObject([{ kind: 'app-installation', change: 'suspended' }]);
  });
});

describe('the repositories of an installation', () => {
  it('that are removed are told for their applications, also after they were renamed', async () => {
    const [api, renamed] = [await connect('api'), await connect('old-name', '71')];
    await connect('web');
    await tell('installation_repositories', 'removed', install(), {
      repositories_removed: named('API', 'new-name', 'unused'),
    });
    const found = await told();
    const left = found.slice(0, 2).map(({ application, change }) => [application, change]);
    expect(left.toSorted()).toEqual([api, renamed].map(({ name }) => [name, 'left']).toSorted());
    expect(found.slice(2)).toMatchObject([
      { kind: 'app-installation', change: 'removed', repositories: [`${account}/unused`], count: 1 },
    ]);
  });

  it('that are added are told for their applications, and the others with how to begin', async () => {
    const api = await connect('api');
    await tell('installation_repositories', 'added', install(), {
      repositories_added: named('api', 'a', 'b', 'c', 'd', 'e', 'f'),
    });
    expect(await told()).toMatchObject([
      { kind: 'app-reach', application: api.name, change: 'reached', severity: 'info' },
      {
        kind: 'app-installation',
        change: 'added',
        severity: 'info',
        repositories: ['a', 'b', 'c', 'd', 'e'].map((name) => `${account}/${name}`),
        count: 6,
      },
    ]);
  });

  it('are told when it is made: which applications it reaches again, and which it does not', async () => {
    const [api, web] = [await connect('api'), await connect('web')];
    await tell('installation', 'created', install());
    expect((await told()).map(({ application, change }) => [application, change]).toSorted()).toEqual(
      [
        [api.name, 'reached'],
        [web.name, 'left'],
      ].toSorted(),
    );
  });

  it('are told to routes across projects while nobody uses them', async () => {
    const one = install({ selection: 'all' });
    await tell('installation', 'created', one, { repositories: [] });
    expect(await told()).toEqual([
      {
        kind: 'app-installation',
        change: 'installed',
        repositories: [],
        count: null,
        times: 1,
        page: pageOf(one),
        severity: 'info',
        app: app.slug,
        account,
        missing: [],
      },
    ]);
  });

  it('whatever their list has instead of repositories refuse nothing', async () => {
    await connect('api');
    await tell('installation_repositories', 'removed', install(), { repositories_removed: [{ id: 'x' }] });
    expect(await told()).toEqual([]);
  });
});
