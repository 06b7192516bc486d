import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { HostApp } from '../../../src/entities/host-app.ts';
import { HostAppInstallation } from '../../../src/entities/host-app-installation.ts';
import type { Connected } from '../../handlers/webhooks/stage.ts';
import type { KeptApp } from '../../support/forge/app-host-types.ts';
import { pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { appDelivery, openAppStage } from './stage.ts';

let stage: Awaited<ReturnType<typeof openAppStage>>;
let app: KeptApp;
let other: KeptApp;
let id: string;
beforeAll(async () => {
  stage = await openAppStage();
  ({ app } = await stage.createApp());
  ({ app: other } = await stage.createApp());
  ({ id } = await stage.database.database.asSystem().findOneOrFail(HostApp, { slug: app.slug }));
});
afterAll(() => stage.close());
beforeEach(async () => {
  stage.host.installations = [];
  stage.host.tokens = [];
  await executeSql(stage.database.database.asSystem(), 'delete from host_app_installations');
});

/** An application that the app reaches; its own secret signs nothing. */
async function connect(repository: string, project?: Connected['project']): Promise<Connected> {
  const one = await stage.connect('github', { repository, ...(project && { project }) });
  await executeSql(
    stage.database.database.asSystem(),
    `update git_sources set host_app_id = $2, webhook_config = '{}' where application_id = $1`,
    [one.id, id],
  );
  return one;
}

function push(repository: string, after = shaOf('a')) {
  return pushPayload.github({ repository, ref: 'refs/heads/main', before: shaOf('0'), after });
}

const count = async (one: Connected) => (await stage.deployments(one)).length;

describe('a delivery of an app', () => {
  it('deploys every application of its repository, in all projects that use the app', async () => {
    const repository = `acme/${randomUUID()}`;
    const one = await connect(repository);
    const beside = await connect(repository, one.project);
    const elsewhere = await connect(repository);
    const stranger = await stage.connect('github', { repository });
    const { body, status } = await stage.send('github', appDelivery(app, 'push', push(repository)));
    expect([status, (body['deployments'] as unknown[]).length]).toEqual([202, 3]);
    expect(await Promise.all([one, beside, elsewhere, stranger].map(count))).toEqual([1, 1, 1, 0]);
  });

  it('is taken once', async () => {
    const repository = `acme/${randomUUID()}`;
    const one = await connect(repository);
    const delivery = appDelivery(app, 'push', push(repository));
    expect((await stage.send('github', delivery)).status).toBe(202);
    expect((await stage.send('github', delivery)).body).toEqual({ duplicate: true });
    expect(await count(one)).toBe(1);
  });

  it('and one of a repository’s own webhook have one id and both count', async () => {
    const repository = `acme/${randomUUID()}`;
    const reached = await connect(repository);
    const own = await stage.connect('github', { repository });
    const event = randomUUID();
    const payload = push(repository);
    const first = await stage.send('github', signedDelivery('github', payload, own.secret, { id: event }));
    const second = await stage.send('github', appDelivery(app, 'push', payload, { id: event }));
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(await Promise.all([reached, own].map(count))).toEqual([1, 1]);
  });

  it('is refused when another app or nobody signed it', async () => {
    const repository = `acme/${randomUUID()}`;
    const one = await connect(repository);
    for (const secret of [other.webhookSecret, 'a guess']) {
      expect((await stage.send('github', appDelivery(app, 'push', push(repository), { secret }))).status).toBe(401);
    }
    const foreign = await stage.send('github', appDelivery(other, 'push', push(repository)));
    expect([foreign.status, foreign.body]).toEqual([200, { ignored: expect.stringContaining('No application uses') }]);
    expect(await count(one)).toBe(0);
  });

  it('of a repository that nobody uses is no failure, so that the host does not send it again', async () => {
    const { body, status } = await stage.send('github', appDelivery(app, 'push', push('acme/unused')));
    expect([status, body]).toEqual([
      200,
      { ignored: 'No application uses `acme/unused`. Connect one with `app connect`.' },
    ]);
  });

  it('follows a repository that was renamed, with a token for its new name', async () => {
    const [before, after] = [`acme/${randomUUID()}`, `acme/${randomUUID()}`];
    const one = await connect(before);
    stage.host.install(app, { repositories: [after] });
    const em = stage.database.database.asSystem();
    await executeSql(em, `update git_sources set host_repository_id = '7' where application_id = $1`, [one.id]);
    await executeSql(
      em,
      `update applications set source_config = source_config || jsonb_build_object('clone_url', $2::text) where id = $1`,
      [one.id, `${stage.host.url}/${before}.git`],
    );
    const renamed = { ...push(after), repository: { id: 7, full_name: after } };
    expect((await stage.send('github', appDelivery(app, 'push', renamed))).status).toBe(202);
    expect(stage.host.tokens.map(({ repositories }) => repositories)).toEqual([[after]]);
    expect((await stage.application(one)).sourceConfig.clone_url).toBe(`${stage.host.url}/${after}.git`);
  });

  it('is taken although the app is suspended, of an application whose approvers see the commits', async () => {
    const repository = `acme/${randomUUID()}`;
    const one = await connect(repository);
    stage.host.install(app, { repositories: [repository], suspended: true });
    await executeSql(
      stage.database.database.asSystem(),
      `update applications set source_config = source_config || $2 where id = $1`,
      [one.id, JSON.stringify({ protected: true, clone_url: `${stage.host.url}/${repository}.git` })],
    );
    expect((await stage.send('github', appDelivery(app, 'push', push(repository)))).status).toBe(202);
    expect(await count(one)).toBe(1);
  });

  it('is answered when the app is made', async () => {
    const { body, status } = await stage.send(
      'github',
      appDelivery(app, 'ping', { zen: 'Keep it simple.', hook_id: 1 }),
    );
    expect([status, body]).toEqual([200, { ignored: 'ping: the webhook works' }]);
  });
});

describe('an installation', () => {
  const known = () =>
    stage.database.database.asSystem().find(HostAppInstallation, { hostApp: id }, { orderBy: { account: 'asc' } });

  async function tell(event: string, action: string, over: Parameters<typeof stage.host.install>[1] = {}) {
    const one = stage.host.installations[0] ?? stage.host.install(app);
    Object.assign(one, over);
    return stage.send('github', appDelivery(app, event, stage.host.installationPayload(action, one)));
  }

  it('is noted, with its rights, when it is made, suspended, changed and deleted', async () => {
    expect((await tell('installation', 'created')).body).toEqual({
      ignored: 'installation created of `acme` is noted',
    });
    expect(await known()).toMatchObject([{ account: 'acme', selection: 'selected', suspendedAt: null }]);
    await tell('installation', 'suspend', { suspended: true });
    expect(await known()).toMatchObject([{ suspendedAt: new Date('2026-11-28T10:00:00Z') }]);
    await tell('installation', 'unsuspend', { suspended: false });
    await tell('installation_repositories', 'added', { selection: 'all' });
    await tell('installation', 'new_permissions_accepted', { permissions: { metadata: 'read', contents: 'write' } });
    expect(await known()).toMatchObject([
      { selection: 'all', suspendedAt: null, permissions: { metadata: 'read', contents: 'write' } },
    ]);
    await tell('installation', 'deleted');
    expect(await known()).toEqual([]);
  });

  it('that is told again leaves one row', async () => {
    await tell('installation', 'created');
    await tell('installation', 'created');
    expect(await known()).toHaveLength(1);
  });

  it('is believed of its app alone', async () => {
    const payload = stage.host.installationPayload('created', stage.host.install(app));
    const repository = `acme/${randomUUID()}`;
    const own = await stage.connect('github', { repository });
    const headers = { 'x-github-event': 'installation' };
    const named = { ...payload, repositories: [{ id: 1, full_name: repository }] };
    const answer = await stage.send('github', signedDelivery('github', named, own.secret, { headers }));
    expect(answer.body).toEqual({ ignored: 'installations are told by webhooks of apps only' });
    expect(await known()).toEqual([]);
  });
});
