import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { requestHeaders, requestPayload } from '../../support/request-payloads.ts';
import { shaOf, signedDelivery } from '../../support/webhooks.ts';
import { openPreviewStage, type PreviewStage } from './stage.ts';

// What users of other products reported of their previews.

let stage: PreviewStage;
beforeAll(async () => {
  stage = await openPreviewStage();
});
afterAll(() => stage.close());

type App = Awaited<ReturnType<PreviewStage['connect']>>;

/** An event of GitHub's whose request is merged into another branch than the one that is deployed. */
async function tellStacked(app: App, happened: 'opened' | 'closed', at: string): Promise<void> {
  const { pull_request: request, ...rest } = requestPayload.github({
    repository: app.repository,
    number: 42,
    happened,
    commit: shaOf('a'),
    at,
  }) as { pull_request: object };
  const payload = { ...rest, pull_request: { ...request, base: { ref: 'feature/parent' } } };
  const headers = requestHeaders('github', happened);
  await stage.send('github', signedDelivery('github', payload, app.secret, { headers }));
}

it('a request that is opened with labels, people and a milestone is deployed once', async () => {
  const app = await stage.connect('github');
  await stage.tell('github', app);
  for (const label of ['changelog:fix', 'backend']) await stage.tell('github', app, { happened: 'labelled', label });
  await stage.settle(app);
  expect(await stage.deploymentsOf(app)).toHaveLength(1);
});

it('a request stacked on another one has a preview, which goes when it is closed', async () => {
  const app = await stage.connect('github');
  await tellStacked(app, 'opened', '2026-11-28T10:00:00Z');
  expect(await stage.settle(app)).toBe('deploying');
  await tellStacked(app, 'closed', '2026-11-28T10:01:00Z');
  expect(await stage.settle(app)).toBe('removed');
});

it('a request that is closed after previews were switched off has none any more', async () => {
  const app = await stage.connect('github');
  await stage.tell('github', app);
  await stage.settle(app);
  await stage.root.type(`app set ${app.name} previews=off`);
  await stage.tell('github', app, { happened: 'closed', at: '2026-11-28T10:01:00Z' });
  expect(await stage.settle(app)).toBe('removed');
  expect((await stage.previewOf(app)).variant?.deletedAt).toBeInstanceOf(Date);
});

it('a request that is closed while its preview builds has it removed, not finished', async () => {
  const app = await stage.connect('github');
  await stage.tell('github', app);
  await stage.settle(app);
  await stage.tell('github', app, { happened: 'closed', at: '2026-11-28T10:01:00Z' });
  await stage.settle(app);
  const [deployment] = await stage.deploymentsOf(app);
  expect([deployment?.status, deployment?.metadata.reason]).toEqual(['failed', 'cancelled']);
});

it('a request whose fork is gone is closed without its head, and one without commits has no preview', async () => {
  const app = await stage.connect('gitlab');
  await stage.tell('gitlab', app);
  await stage.settle(app);
  const closed = requestPayload.gitlab({ repository: app.repository, number: 42, happened: 'closed', commit: '' });
  const ended = {
    ...closed,
    object_attributes: {
      ...(closed as { object_attributes: object }).object_attributes,
      last_commit: null,
      source: null,
    },
  };
  const headers = requestHeaders('gitlab', 'closed');
  expect((await stage.send('gitlab', signedDelivery('gitlab', ended, app.secret, { headers }))).body).toMatchObject({
    previews: [{ application: app.name, number: 42, becomes: 'closed' }],
  });
  expect(await stage.settle(app)).toBe('removed');
  expect((await stage.tell('github', await stage.connect('github'), { commit: '' })).body).toEqual({
    ignored: 'request 42 has no commits, or their repository is gone',
  });
});

it('an event that comes after the one of the end does not bring the preview back', async () => {
  const app = await stage.connect('github');
  await stage.tell('github', app);
  await stage.settle(app);
  await stage.tell('github', app, { happened: 'merged', at: '2026-11-28T10:02:00Z' });
  await stage.tell('github', app, { happened: 'changed', commit: shaOf('b'), at: '2026-11-28T10:01:00Z' });
  expect(await stage.settle(app)).toBe('removed');
  expect(await stage.deploymentsOf(app)).toHaveLength(1);
});
