import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gitProviders } from '../../../src/entities/git-provider.ts';
import {
  findGitSource,
  gitRemote,
  loadEnvironment,
} from '../../../src/usecases/applications/application-environment.ts';
import { fakeGit } from '../../support/fakes.ts';
import { openPreviewStage, type PreviewStage } from './stage.ts';
import { shaOf } from '../../support/webhooks.ts';

let stage: PreviewStage;
beforeAll(async () => {
  stage = await openPreviewStage({ git: fakeGit({ fix: shaOf('a') }) });
});
beforeEach(() => {
  stage.members.clear();
  stage.members.add('ada');
  stage.asked.splice(0);
});
afterAll(() => stage.close());

const states = async (app: Parameters<PreviewStage['deploymentsOf']>[0]) =>
  (await stage.deploymentsOf(app)).map(({ commitSha, metadata, status }) => [
    commitSha?.slice(0, 1),
    status,
    metadata.approval?.state,
  ]);

describe.each(gitProviders)('a request of %s from a fork', (provider) => {
  it('runs only after a member has approved its commit', async () => {
    const app = await stage.connect(provider);
    await stage.tell(provider, app, { from: 'ada/api' });
    expect(await stage.settle(app)).toBe('waits for approval');
    expect(await states(app)).toEqual([['a', 'pending', 'waiting']]);
    const reply = await stage.root.type(`preview open ${app.name} 42 --commit aaaaaaa`);
    expect(reply).toMatchObject({ tone: 'success' });
    expect(await stage.settle(app)).toBe('deploying');
    expect(await states(app)).toEqual([
      ['a', 'failed', 'waiting'],
      ['a', 'pending', undefined],
    ]);
    expect((await stage.previewOf(app)).variant?.sourceConfig.preview?.outside).toBe(true);
  });
});

describe('a request from outside', () => {
  it('needs approval for each commit anew', async () => {
    const app = await stage.connect('github');
    await stage.tell('github', app, { from: 'eve/api' });
    await stage.settle(app);
    await stage.root.type(`preview open ${app.name} 42`);
    await stage.settle(app);
    await stage.tell('github', app, { from: 'eve/api', happened: 'changed', commit: shaOf('b'), at: later });
    expect(await stage.settle(app)).toBe('waits for approval');
    expect((await states(app)).at(-1)).toEqual(['b', 'pending', 'waiting']);
  });

  it('is not approved by whoever looked at an older commit', async () => {
    const app = await stage.connect('github');
    await stage.tell('github', app, { from: 'eve/api' });
    await stage.tell('github', app, { from: 'eve/api', happened: 'changed', commit: shaOf('b'), at: later });
    await stage.settle(app);
    const reply = await stage.root.type(`preview open ${app.name} 42 --commit aaaaaaa`);
    expect(reply).toMatchObject({
      tone: 'warning',
      text: 'Request 42 has a newer commit, bbbbbbb. Look at that one before it runs.',
      actions: [{ command: `preview open ${app.name} 42 --commit bbbbbbb` }],
    });
    expect(await states(app)).toEqual([['b', 'pending', 'waiting']]);
  });

  it.each([
    ['by somebody who may not push', { author: 'eve', association: 'CONTRIBUTOR' }, ['eve']],
    ['by a bot', { author: 'renovate', bot: true, association: 'MEMBER' }, []],
  ])('is one %s too, although it is on a branch of the repository', async (_who, request, asked) => {
    const app = await stage.connect('github');
    await stage.tell('github', app, request);
    expect(await stage.settle(app)).toBe('waits for approval');
    expect(stage.asked).toEqual(asked);
  });

  it('is none by somebody of whom the host says that they may push, or when any branch counts', async () => {
    const app = await stage.connect('github');
    await stage.tell('github', app, { author: 'ada', association: 'CONTRIBUTOR' });
    expect(await stage.settle(app)).toBe('deploying');
    expect(stage.asked).toEqual(['ada']);
    const open = await stage.connect('github', { previews_from: 'branches' });
    await stage.tell('github', open, { author: 'renovate', bot: true });
    expect(await stage.settle(open)).toBe('deploying');
    const forked = await stage.connect('github', { previews_from: 'branches' });
    await stage.tell('github', forked, { from: 'ada/api' });
    expect(await stage.settle(forked)).toBe('waits for approval');
  });

  it('is approved by a label that a member puts, at the head it was put at', async () => {
    const app = await stage.connect('github');
    await stage.tell('github', app, { from: 'eve/api', author: 'eve' });
    await stage.settle(app);
    const labelled = { from: 'eve/api', happened: 'labelled', label: 'preview' } as const;
    await stage.tell('github', app, { ...labelled, author: 'eve', at: later });
    expect(await stage.settle(app)).toBe('its head has a deployment');
    await stage.tell('github', app, { ...labelled, author: 'ada', at: '2026-11-28T10:02:00Z' });
    expect(await stage.settle(app)).toBe('deploying');
    expect((await stage.previewOf(app)).approvedSha).toBe(shaOf('a'));
    await stage.tell('github', app, {
      from: 'eve/api',
      happened: 'changed',
      commit: shaOf('b'),
      at: '2026-11-28T10:03:00Z',
    });
    expect(await stage.settle(app)).toBe('waits for approval');
  });

  it.each([false, true])(
    'is not approved by another label beside one that is there, Gitea telling which: %s',
    async (tellsNew) => {
      const app = await stage.connect('gitea');
      let second = 0;
      const tell = async (request: Parameters<typeof stage.tell>[2]) => {
        second += 1;
        await stage.tell('gitea', app, { from: 'eve/api', tellsNew, at: `2026-11-28T10:00:0${second}Z`, ...request });
        return stage.settle(app);
      };
      const [a, b] = [{ commit: shaOf('a') }, { commit: shaOf('b') }];
      expect(await tell({ ...a, happened: 'opened', author: 'eve', labels: ['bug'] })).toBe('waits for approval');
      expect(await tell({ ...a, happened: 'labelled', label: 'preview', labels: ['bug', 'preview'] })).toBe(
        'deploying',
      );
      const pushed = { ...b, happened: 'changed', author: 'eve', labels: ['bug', 'preview'] } as const;
      expect(await tell(pushed)).toBe('waits for approval');
      const other = { ...b, happened: 'labelled', label: 'urgent', labels: ['bug', 'preview', 'urgent'] } as const;
      expect(await tell(other)).toBe('its head has a deployment');
      await tell({ ...b, happened: 'labelled', labels: [] });
      expect(await tell({ ...b, happened: 'labelled', label: 'preview', labels: ['preview'] })).toBe('deploying');
    },
  );

  it('that was opened with the label is approved by it, if a member opened it', async () => {
    const app = await stage.connect('gitea');
    await stage.tell('gitea', app, { from: 'ada/api', labels: ['preview'] });
    expect(await stage.settle(app)).toBe('waits for approval');
    await stage.tell('gitea', app, { from: 'ada/api', happened: 'labelled', label: 'preview', at: later });
    expect(await stage.settle(app)).toBe('deploying');
  });

  it('with a label from before there were previews waits for one that is put now', async () => {
    const app = await stage.connect('gitea');
    const known = { from: 'eve/api', author: 'eve', happened: 'changed', labels: ['preview'] } as const;
    await stage.tell('gitea', app, known);
    await stage.settle(app);
    const other = {
      from: 'eve/api',
      happened: 'labelled',
      label: 'bug',
      labels: ['bug', 'preview'],
      at: later,
    } as const;
    await stage.tell('gitea', app, other);
    expect(await stage.settle(app)).toBe('its head has a deployment');
  });

  it('cannot be deployed, changed or promoted by its name', async () => {
    const app = await stage.connect('github');
    await stage.tell('github', app, { from: 'eve/api' });
    await stage.settle(app);
    const preview = app.name.replace('/', '/42-');
    const project = preview.split('/')[0] ?? '';
    for (const line of [
      `deploy ${preview}`,
      `redeploy ${preview}`,
      `rollback ${preview}`,
      `promote ${preview} ${app.name}`,
      `promote ${app.name} ${preview}`,
      `env set ${preview} A=1`,
      `app set ${preview} port=1`,
      `app archive ${preview}`,
      `volume create v-${project} ${preview} /data`,
      `domain add x.${project}.example.com ${preview}`,
      `app connect ${preview}`,
    ]) {
      const reply = await stage.root.type(line);
      expect([line, reply.tone, reply.text]).toEqual([
        line,
        'danger',
        expect.stringContaining(`\`${preview}\` is a preview and follows its request.`),
      ]);
    }
  });
});

const later = '2026-11-28T10:01:00Z';

describe('the variables of a preview', () => {
  async function environmentOf(request: object) {
    const app = await stage.connect('github', { previews_env: ['REGION', 'NPM_TOKEN'] });
    await stage.root.type(`env set ${app.name} REGION=eu DATABASE_HOST=production`);
    await stage.root.type(`env set ${app.name} DATABASE_URL --secret`, { secret: 'postgres://production' });
    await stage.root.type(`env set ${app.name} NPM_TOKEN --build-secret`, { buildSecret: 'npm-production' });
    await stage.root.type(`env set ${app.name} API_URL=https://staging.example.com --preview`);
    await stage.root.type(`env set ${app.name} STRIPE_KEY --secret --preview`, { secret: 'sk_test' });
    await stage.tell('github', app, request);
    await stage.settle(app);
    const { variant } = await stage.previewOf(app);
    if (!variant) throw new Error('it has no application');
    const em = stage.db.asSystem();
    const remote = await gitRemote(stage.deps, variant, await findGitSource(em, variant));
    return { ...(await loadEnvironment(stage.deps, em, variant)), remote };
  }

  it('are its own, and of its application those that an admin named', async () => {
    const { buildSecrets, plain, secret } = await environmentOf({});
    expect(plain).toEqual({ SHIPMATE_PREVIEW: '42', REGION: 'eu', API_URL: 'https://staging.example.com' });
    expect(secret).toEqual({ STRIPE_KEY: 'sk_test' });
    expect(buildSecrets).toEqual({ NPM_TOKEN: 'npm-production' });
  });

  it('of a fork are its own plain ones, approved or not', async () => {
    const { buildSecrets, plain, remote, secret } = await environmentOf({ from: 'eve/api' });
    expect(plain).toEqual({ SHIPMATE_PREVIEW: '42', API_URL: 'https://staging.example.com' });
    expect(secret).toEqual({});
    expect(buildSecrets).toEqual({});
    expect(remote).toMatchObject({ submodules: 'public' });
  });

  it('are listed and unset beside the others', async () => {
    const app = await stage.connect('github');
    await stage.root.type(`env set ${app.name} A=1 --preview`);
    await stage.root.type(`env set ${app.name} A=2`);
    const rows = async (more: string) => (await stage.root.type(`env list ${app.name}${more}`)).table?.rows;
    expect(await rows(' --preview')).toEqual([['A', '1']]);
    expect(await rows('')).toEqual([['A', '2']]);
    await stage.root.type(`env unset ${app.name} A --preview`);
    expect(await rows(' --preview')).toBeUndefined();
    expect(await rows('')).toEqual([['A', '2']]);
  });
});
