import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { HostApp } from '../../../src/entities/host-app.ts';
import { GitHostError } from '../../../src/git-hosts/api.ts';
import { createAppTokens } from '../../../src/usecases/host-apps/installation-tokens.ts';
import type { KeptApp, KeptInstallation } from '../../support/forge/app-host-types.ts';
import { openAppStage } from './stage.ts';

let stage: Awaited<ReturnType<typeof openAppStage>>;
let app: KeptApp;
let id: string;
let installation: KeptInstallation;
beforeAll(async () => {
  stage = await openAppStage();
  ({ app } = await stage.createApp());
  ({ id } = await stage.database.database.asSystem().findOneOrFail(HostApp, { slug: app.slug }));
});
afterAll(() => stage.close());
beforeEach(async () => {
  Object.assign(stage.host, {
    installations: [],
    tokens: [],
    log: [],
    answer: undefined,
    clockMs: 0,
    tokenMs: 3_600_000,
  });
  await executeSql(stage.database.database.asSystem(), 'delete from host_app_installations');
  installation = stage.host.install(app, { repositories: ['acme/api', 'acme/web'] });
});

const issued = () => stage.host.log.filter((line) => line.endsWith('/access_tokens')).length;

describe('a token of an app', () => {
  it('is asked for once, however many want it', async () => {
    const tokens = createAppTokens(stage.deps);
    const all = await Promise.all(
      Array.from({ length: 20 }, async () => tokens.forRepository(id, 'acme/api', 'clone').current()),
    );
    expect(new Set(all).size).toBe(1);
    expect(issued()).toBe(1);
  });

  it('is for one repository and one purpose', async () => {
    const tokens = createAppTokens(stage.deps);
    await tokens.forRepository(id, 'acme/api', 'clone').current();
    await tokens.forRepository(id, 'acme/api', 'api').current();
    await tokens.forRepository(id, 'acme/web', 'clone').current();
    expect(stage.host.tokens.map(({ permissions, repositories }) => [repositories, permissions])).toEqual([
      [['acme/api'], { contents: 'read' }],
      [
        ['acme/api'],
        { pull_requests: 'write', statuses: 'write', checks: 'read', deployments: 'write', contents: 'read' },
      ],
      [['acme/web'], { contents: 'read' }],
    ]);
  });

  it('is used until five minutes before it ends', async () => {
    let now = Date.now();
    const token = createAppTokens(stage.deps, () => now).forRepository(id, 'acme/api', 'clone');
    const first = await token.current();
    now += 54 * 60_000;
    expect(await token.current()).toBe(first);
    now += 2 * 60_000;
    expect(await token.current()).not.toBe(first);
    expect(issued()).toBe(2);
  });

  it('is renewed once for all whom the host refused it', async () => {
    const token = createAppTokens(stage.deps).forRepository(id, 'acme/api', 'clone');
    const first = await token.current();
    const [one, other] = [await token.renew(first), await token.renew(first)];
    expect(one).toBe(other);
    expect(one).not.toBe(first);
    expect(issued()).toBe(2);
  });

  it('leaves out what the account has not granted', async () => {
    installation.permissions = { metadata: 'read', contents: 'read', statuses: 'write', checks: 'write' };
    const token = createAppTokens(stage.deps).forRepository(id, 'acme/api', 'api');
    await token.current();
    expect(stage.host.tokens[0]?.permissions).toEqual({ statuses: 'write', checks: 'read', contents: 'read' });
  });

  it.each([-45_000, 45_000])('is given although the clocks differ by %d ms', async (clockMs) => {
    stage.host.clockMs = clockMs;
    const token = createAppTokens(stage.deps).forRepository(id, 'acme/api', 'clone');
    expect(await token.current()).toMatch(/^ghs_/);
  });

  it.each([-120_000, 900_000])('is refused with the cause where the clocks differ by %d ms', async (clockMs) => {
    stage.host.clockMs = clockMs;
    const token = createAppTokens(stage.deps).forRepository(id, 'acme/api', 'clone');
    await expect(token.current()).rejects.toThrow(
      'The clock of this machine differs from that of the git host by more than a minute',
    );
    expect((await stage.root.type(`github app show ${app.slug}`)).text).toContain('Set the clock, e.g. with NTP');
  });

  it('of an app that cannot be installed for the owner says whose it is, and what to do', async () => {
    stage.host.installations = [];
    const token = createAppTokens(stage.deps).forRepository(id, 'acme/api', 'clone');
    await expect(token.current()).rejects.toThrow(
      `The GitHub App \`${app.slug}\` is not installed for \`acme/api\`. It belongs to \`ada\` and can be installed there only, ` +
        `unless it is public. Create one for \`acme\` (\`github app create --host ${stage.host.url} --organization acme\`), or ` +
        `make it public (${stage.host.url}/settings/apps/${app.slug}) and install it: ` +
        `${stage.host.url}/github-apps/${app.slug}/installations/new`,
    );
  });

  it('of an app that was renamed leads to its new name', async () => {
    const before = app.slug;
    app.slug = `${before}-renamed`;
    const { fields = [] } = await stage.root.type(`github app show ${before}`);
    expect(fields.find(({ name }) => name === 'Install it at')?.value).toBe(
      `${stage.host.url}/github-apps/${before}-renamed/installations/new`,
    );
    app.slug = before;
    await createAppTokens(stage.deps).forRepository(id, 'acme/web', 'api').current();
  });

  it('that could not be had is asked for again', async () => {
    const token = createAppTokens(stage.deps).forRepository(id, 'acme/api', 'clone');
    stage.host.answer = { status: 502, body: { message: 'Bad gateway' } };
    await expect(token.current()).rejects.toThrow(GitHostError);
    stage.host.answer = undefined;
    expect(await token.current()).toMatch(/^ghs_/);
  });

  it('is not asked for while the host wants to be left alone', async () => {
    const token = createAppTokens(stage.deps).forRepository(id, 'acme/api', 'clone');
    stage.host.answer = { status: 403, headers: { 'retry-after': '30' }, body: { message: 'rate limit' } };
    await expect(token.current()).rejects.toMatchObject({ retryAfterMs: 30_000, refused: false });
  });

  it('says that the app is gone', async () => {
    const kept = stage.host.apps.splice(0);
    const token = createAppTokens(stage.deps).forRepository(id, 'acme/api', 'clone');
    await expect(token.current()).rejects.toThrow(
      `The GitHub App \`${app.slug}\` is deleted, or its private key was revoked.`,
    );
    stage.host.apps.push(...kept);
  });
});

describe('a status of a commit', () => {
  it('is set with a token of the app, renewed once where the host refuses it', async () => {
    const token = stage.deps.appTokens.forRepository(id, 'acme/api', 'api');
    await token.current();
    stage.host.tokens.length = 0;
    const api = stage.deps.gitHostApis.open({
      provider: 'github',
      cloneUrl: `${stage.host.url}/acme/api.git`,
      repository: 'acme/api',
      token,
    });
    const status = {
      state: 'success',
      context: 'shipmate/shop/api',
      description: 'Done',
      targetUrl: 'http://ship.example',
    } as const;
    await api.setStatus('acme/api', 'a'.repeat(40), status);
    expect(stage.host.statuses).toMatchObject([{ repository: 'acme/api', body: { state: 'success' } }]);
    expect(stage.host.tokens).toHaveLength(1);
  });
});
