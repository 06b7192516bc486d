import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { HostApp } from '../../../src/entities/host-app.ts';
import { hostAppIdentity } from '../../../src/usecases/host-apps/app-keys.ts';
import { testConfig } from '../../support/fakes.ts';
import { makePerson } from '../../support/person.ts';
import { formIn, openAppStage } from './stage.ts';

let stage: Awaited<ReturnType<typeof openAppStage>>;
beforeAll(async () => {
  stage = await openAppStage();
});
afterAll(() => stage.close());

async function stored(number: number): Promise<HostApp> {
  return stage.database.database.asSystem().findOneOrFail(HostApp, { number: String(number) });
}

describe('github app create', () => {
  it('leads to a page that posts a manifest with the least rights', async () => {
    const { status, text } = await stage.page(await stage.link(' --organization acme'));
    const { action, manifest } = formIn(text);
    expect(status).toBe(200);
    expect(new URL(action).origin + new URL(action).pathname).toBe(
      `${stage.host.url}/organizations/acme/settings/apps/new`,
    );
    expect(JSON.parse(manifest)).toEqual({
      name: 'Shipmate ship.example',
      url: 'http://ship.example',
      description: 'Deploys pushes and pull requests with Shipmate.',
      hook_attributes: { url: 'http://ship.example/webhooks/github', active: true },
      redirect_url: 'http://ship.example/host-apps/created',
      public: false,
      default_permissions: {
        metadata: 'read',
        contents: 'read',
        pull_requests: 'write',
        statuses: 'write',
        checks: 'read',
        deployments: 'write',
      },
      default_events: ['push', 'pull_request'],
    });
  });

  it('lets the form of its page go to the host alone', async () => {
    const { pathname, search } = new URL(await stage.link());
    const { headers } = await fetch(`${stage.url}${pathname}${search}`, { headers: { accept: 'text/html' } });
    expect(headers.get('content-security-policy')).toContain(`form-action 'self' ${stage.host.url};`);
  });

  it('stores the keys that the host hands over, encrypted', async () => {
    const { app } = await stage.createApp(' --organization acme');
    const row = await stored(app.id);
    const { cipher } = stage.deps;
    expect([row.slug, row.owner, row.server, row.ofOrganization]).toEqual([app.slug, 'acme', stage.host.url, true]);
    expect(cipher.decrypt(row.privateKey, hostAppIdentity(row, 'private_key'))).toBe(app.pem);
    expect(cipher.decrypt(row.webhookSecret, hostAppIdentity(row, 'webhook_secret'))).toBe(app.webhookSecret);
    expect(cipher.decrypt(row.clientSecret, hostAppIdentity(row, 'client_secret'))).toBe(app.clientSecret);
  });

  it('works once', async () => {
    const { led } = await stage.createApp();
    const again = await stage.page(led.href);
    expect(again.status).toBe(401);
    expect(again.text).toContain('This link was used or has expired.');
  });

  it('takes no code twice, and none after an hour', async () => {
    const { action, manifest } = formIn((await stage.page(await stage.link())).text);
    const led = await stage.host.submit(action, manifest);
    stage.host.clockMs = 3_601_000;
    const late = await stage.page(led.href);
    stage.host.clockMs = 0;
    expect(late.status).toBe(422);
    expect(late.text).toContain('it works once, within an hour');
  });

  it('refuses a state that it did not make', async () => {
    const forged = await stage.page('http://ship.example/host-apps/created?code=abc&state=v1.a.b.c');
    expect(forged.status).toBe(401);
    expect((await stage.page('http://ship.example/host-apps/new')).status).toBe(401);
  });

  it('is for admins', async () => {
    const member = await makePerson(stage.deps, 'developer');
    expect((await member.type('github app create')).text).toContain('admin');
  });

  it.each([
    ['--host http://ghe.example.com', 'is not the name of a server'],
    ['--host ghe.example.com/path', 'is not the name of a server'],
    ['--organization a/b', 'is not the name of an organization'],
  ])('refuses %s', async (options, why) => {
    expect((await stage.root.type(`github app create ${options}`)).text).toContain(why);
  });

  it('says at once that the host cannot reach Shipmate', async () => {
    const deps = { ...stage.deps, config: { ...testConfig, publicUrl: 'http://127.0.0.1:8080' } };
    const person = await makePerson(deps, 'admin');
    expect((await person.type('github app create')).text).toContain('Set `SHIPMATE_PUBLIC_URL`');
  });

  it('leaves no secret in the audit log', async () => {
    const { app } = await stage.createApp();
    const { rows } = await executeSql<{ details: unknown }>(
      stage.database.database.asSystem(),
      "select details from audit_logs where action = 'app.create' order by created_at desc limit 1",
    );
    expect(rows).toEqual([
      { details: { kind: 'host_app', app: expect.any(String), server: stage.host.url, slug: app.slug, owner: 'ada' } },
    ]);
  });
});

describe('an app that nobody needs', () => {
  it('is forgotten with its keys, and says where to delete it', async () => {
    const { app } = await stage.createApp();
    const reply = await stage.root.type(`github app delete ${app.slug}`);
    expect(reply.text).toBe(
      `The keys of \`${app.slug}\` are deleted. Delete the app at GitHub, too: ${stage.host.url}/settings/apps/${app.slug}`,
    );
    expect(await stage.database.database.asSystem().count(HostApp, { slug: app.slug })).toBe(0);
    expect((await stage.root.type(`github app show ${app.slug}`)).text).toContain('There is no GitHub App');
  });
});
