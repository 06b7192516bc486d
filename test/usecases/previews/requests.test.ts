import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gitProviders } from '../../../src/entities/git-provider.ts';
import { fakeGit } from '../../support/fakes.ts';
import { openPreviewStage, type PreviewStage } from './stage.ts';
import { shaOf } from '../../support/webhooks.ts';

let stage: PreviewStage;
beforeAll(async () => {
  // Bitbucket abbreviates the head, so git is asked.
  stage = await openPreviewStage({ git: fakeGit({ fix: shaOf('a') }) });
});
afterAll(() => stage.close());

describe.each(gitProviders)('a request of %s', (provider) => {
  it('gets its own deployment of its head, under a name of its own', async () => {
    const app = await stage.connect(provider);
    const answer = await stage.tell(provider, app);
    expect(answer).toMatchObject({
      status: 202,
      body: { previews: [{ application: app.name, number: 42, becomes: 'open' }] },
    });
    expect(await stage.settle(app)).toBe('deploying');
    const preview = await stage.previewOf(app);
    expect(preview).toMatchObject({ state: 'open', title: 'Fix it', author: 'ada', branch: 'fix', fromFork: false });
    expect(preview.variant).toMatchObject({
      name: `42-${app.name.split('/')[1]}`,
      previewOf: { id: app.id },
      replicas: 1,
      sourceConfig: { preview: { number: 42, outside: false } },
    });
    const [deployment, ...more] = await stage.deploymentsOf(app);
    expect(more).toEqual([]);
    expect(deployment).toMatchObject({ commitSha: shaOf('a'), status: 'pending' });
    expect(deployment?.metadata).toMatchObject({ trigger: 'push', commit_title: 'Fix it' });
    expect(deployment?.metadata.approval).toBeUndefined();
  });

  it('that comes twice, or is looked at twice, is deployed once', async () => {
    const app = await stage.connect(provider);
    await stage.tell(provider, app);
    expect(await stage.tell(provider, app)).toMatchObject({ status: 200, body: { duplicate: true } });
    await stage.settle(app);
    await stage.tell(provider, app, { at: '2026-11-28T10:00:01Z' });
    expect(await stage.settle(app)).toBe('its head has a deployment');
    expect(await stage.deploymentsOf(app)).toHaveLength(1);
  });

  it('is removed when it is closed or merged, and comes back when it is opened again', async () => {
    const app = await stage.connect(provider);
    await stage.tell(provider, app);
    await stage.settle(app);
    await stage.tell(provider, app, { happened: 'merged', at: '2026-11-28T10:01:00Z' });
    expect(await stage.settle(app)).toBe('removed');
    const closed = await stage.previewOf(app);
    expect(closed).toMatchObject({ state: 'closed', reason: 'the request was merged' });
    expect(closed.variant?.deletedAt).toBeInstanceOf(Date);
    expect((await stage.deploymentsOf(app)).map(({ status, metadata }) => [status, metadata.error])).toEqual([
      ['failed', 'The preview was closed.'],
    ]);
    expect(stage.calls).toContain(`remove volumes of ${closed.variant?.id}`);
    await stage.tell(provider, app, { at: '2026-11-28T10:02:00Z' });
    expect(await stage.settle(app)).toBe('deploying');
    expect(await stage.deploymentsOf(app)).toHaveLength(2);
  });

  it('is ignored without previews, and told how to switch them on', async () => {
    const app = await stage.connect(provider, { previews: false });
    expect(await stage.tell(provider, app)).toMatchObject({
      status: 200,
      body: { ignored: `previews are off: \`app set ${app.name} previews=on\`` },
    });
  });

  it('signed by somebody else is refused', async () => {
    const app = await stage.connect(provider);
    expect(await stage.tell(provider, { ...app, secret: 'another' })).toMatchObject({ status: 401 });
  });
});

describe('events of a request', () => {
  it('that come late change nothing', async () => {
    const app = await stage.connect('github');
    await stage.tell('github', app, { happened: 'changed', commit: shaOf('b'), at: '2026-11-28T10:05:00Z' });
    expect(await stage.tell('github', app, { at: '2026-11-28T10:00:00Z' })).toMatchObject({
      status: 200,
      body: { ignored: 'request 42 has no preview, or has changed since' },
    });
    expect((await stage.previewOf(app)).commitSha).toBe(shaOf('b'));
  });

  it('that come late do not bring back what was closed since', async () => {
    const app = await stage.connect('github');
    await stage.tell('github', app);
    await stage.tell('github', app, { happened: 'closed', at: '2026-11-28T10:05:00Z' });
    await stage.tell('github', app, { happened: 'changed', commit: shaOf('b'), at: '2026-11-28T10:04:00Z' });
    expect(await stage.settle(app)).toBe('removed');
    expect((await stage.previewOf(app)).state).toBe('closed');
  });

  it('do not bring a closed preview back without a new commit', async () => {
    const app = await stage.connect('github');
    await stage.tell('github', app);
    await stage.settle(app);
    await stage.root.type(`preview close ${app.name} 42`);
    await stage.settle(app);
    await stage.tell('github', app, { happened: 'labelled', label: 'docs', at: '2026-11-28T10:01:00Z' });
    expect(await stage.settle(app)).toBe('removed');
    expect((await stage.previewOf(app)).state).toBe('closed');
    await stage.tell('github', app, { happened: 'changed', commit: shaOf('b'), at: '2026-11-28T10:02:00Z' });
    expect((await stage.previewOf(app)).state).toBe('open');
    expect(await stage.settle(app)).toBe('deploying');
  });

  it('concern every application of the repository that has previews, and no other project', async () => {
    const one = await stage.connect('github');
    const two = await stage.connect(
      'github',
      {},
      { repository: one.repository, project: one.project, secret: one.secret },
    );
    await stage.connect(
      'github',
      { previews: false },
      { repository: one.repository, project: one.project, secret: one.secret },
    );
    await stage.connect('github', {}, { repository: one.repository });
    const { body } = await stage.tell('github', one);
    const told = (body['previews'] as { application: string }[]).map(({ application }) => application);
    expect(told.sort()).toEqual([one.name, two.name].sort());
  });

  it('with a new head replace the older one, which is stopped while it builds', async () => {
    const app = await stage.connect('github');
    await stage.tell('github', app);
    await stage.settle(app);
    const [first] = await stage.deploymentsOf(app);
    await stage.database.database.querySystem(`update deployments set status = 'building' where id = $1`, [first?.id]);
    await stage.tell('github', app, { happened: 'changed', commit: shaOf('b'), at: '2026-11-28T10:01:00Z' });
    expect(await stage.settle(app)).toBe('deploying');
    const [old, next] = await stage.deploymentsOf(app);
    expect(old?.metadata.cancel_requested_by).toBe('a newer commit');
    expect(next).toMatchObject({ commitSha: shaOf('b'), status: 'pending' });
    await stage.tell('github', app, { happened: 'changed', commit: shaOf('c'), at: '2026-11-28T10:02:00Z' });
    await stage.settle(app);
    expect((await stage.deploymentsOf(app)).map(({ metadata }) => metadata.reason)).toEqual([
      undefined,
      'superseded',
      undefined,
    ]);
  });

  it('leave it out whose watched paths they do not touch', async () => {
    const git = { ...fakeGit(), changedPaths: async () => ['docs/a.md'] };
    await using other = await asDisposable(openPreviewStage({ git }));
    const watched = { watch_paths: ['src/**'] };
    const app = await other.connect('github', watched, { deployed: shaOf('0') });
    await other.tell('github', app);
    expect(await other.settle(app)).toBe('no watched path changed');
    expect((await other.previewOf(app)).variant).toBeNull();
  });
});

async function asDisposable(opening: Promise<PreviewStage>) {
  const opened = await opening;
  return { ...opened, [Symbol.asyncDispose]: () => opened.close() };
}

describe('a push to the tracked branch', () => {
  it('does not deploy previews, nor does a look at the branch', async () => {
    const app = await stage.connect('github');
    await stage.tell('github', app);
    await stage.settle(app);
    const rows = await stage.database.database.querySystem(
      'select from git_sources s join applications a on a.id = s.application_id where a.preview_of_id is not null',
      [],
    );
    expect(rows).toEqual([]);
  });
});
