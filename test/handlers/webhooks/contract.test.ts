import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GitProvider, gitProviders } from '../../../src/entities/git-provider.ts';
import { gitHosts } from '../../../src/git-hosts/registry.ts';
import { pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { type Connected, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const change = { message: 'Sell apples', paths: ['src/shop.ts'] };

function pushTo({ repository }: Connected, over: Partial<Parameters<(typeof pushPayload)['github']>[0]> = {}) {
  return { repository, ref: 'refs/heads/main', before: shaOf('a'), after: shaOf('b'), commits: [change], ...over };
}

describe.each(gitProviders)('a webhook of %s', (provider: GitProvider) => {
  const write = pushPayload[provider];

  it('deploys the pushed commit, and answers when it is committed', async () => {
    const app = await stage.connect(provider);
    const answer = await stage.send(
      provider,
      signedDelivery(provider, write(pushTo(app)), app.secret, { id: `d-${app.id}` }),
    );
    const [deployment] = await stage.deployments(app);
    expect(answer).toMatchObject({
      status: 202,
      body: {
        deliveryId: `d-${app.id}`,
        deployments: [{ id: deployment?.id, application: app.name, commit: shaOf('b') }],
      },
    });
    expect(deployment).toMatchObject({
      status: 'pending',
      commitSha: shaOf('b'),
      metadata: { trigger: 'push', ref: 'main' },
    });
    expect(await stage.isEnqueued(app)).toBe(true);
  });

  it('drops a redelivered webhook', async () => {
    const app = await stage.connect(provider);
    const delivery = signedDelivery(provider, write(pushTo(app)), app.secret);
    await stage.send(provider, delivery);
    expect(await stage.send(provider, delivery)).toMatchObject({ status: 200, body: { duplicate: true } });
    expect(await stage.deployments(app)).toHaveLength(1);
  });

  it('makes one deployment of identical deliveries that arrive at once', async () => {
    const app = await stage.connect(provider);
    const delivery = signedDelivery(provider, write(pushTo(app)), app.secret);
    const answers = await Promise.all(Array.from({ length: 8 }, () => stage.send(provider, delivery)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 202]);
    expect(await stage.deployments(app)).toHaveLength(1);
  });

  it('refuses a delivery without a signature', async () => {
    const app = await stage.connect(provider);
    const { body } = signedDelivery(provider, write(pushTo(app)), app.secret);
    const answer = await stage.send(provider, { body, headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({ status: 401, body: { error: expect.stringContaining('missing') } });
  });

  it('refuses a wrong signature, and stores nothing of it', async () => {
    const app = await stage.connect(provider);
    const before = await stage.count('webhook_deliveries');
    const answer = await stage.send(provider, signedDelivery(provider, write(pushTo(app)), 'another secret'));
    expect(answer).toMatchObject({ status: 401, body: { error: expect.stringContaining('wrong') } });
    expect(await stage.count('webhook_deliveries')).toBe(before);
    expect(await stage.deployments(app)).toEqual([]);
  });

  it('says 404 of an unknown repository only to who has a secret of ours', async () => {
    const app = await stage.connect(provider);
    const stranger = write(pushTo({ ...app, repository: 'acme/nobody-knows' }));
    expect((await stage.send(provider, signedDelivery(provider, stranger, app.secret))).status).toBe(404);
    expect((await stage.send(provider, signedDelivery(provider, stranger, 'a guess'))).status).toBe(401);
  });

  it('refuses what is not JSON', async () => {
    const app = await stage.connect(provider);
    const answer = await stage.send(provider, signedDelivery(provider, 'payload=%7B%7D', app.secret));
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining('not JSON') } });
  });

  it('names the field of a payload that is not of its shape', async () => {
    const app = await stage.connect(provider);
    const payload = { ...write(pushTo(app)), ref: 7, push: 'none', changes: 'none' };
    const answer = await stage.send(provider, signedDelivery(provider, payload, app.secret));
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringMatching(/`(ref|push|changes)`/) } });
  });

  it('refuses what is compressed, and what is too large by its length alone', async () => {
    const app = await stage.connect(provider);
    const { body, headers } = signedDelivery(provider, write(pushTo(app)), app.secret);
    const packed = { body, headers: { ...headers, 'content-encoding': 'gzip' } };
    expect(await stage.send(provider, packed)).toMatchObject({
      status: 415,
      body: { error: 'The body is compressed. Send it as it is, without a Content-Encoding.' },
    });
    const most = gitHosts[provider].webhook.mostBytes;
    expect(most).toBeLessThanOrEqual(25 * 1024 ** 2);
    const large = { ...write(pushTo(app)), padding: 'x'.repeat(most) };
    expect((await stage.send(provider, signedDelivery(provider, large, app.secret))).status).toBe(413);
    expect(await stage.deployments(app)).toEqual([]);
  });

  it('takes a push of 200 KB', async () => {
    const app = await stage.connect(provider);
    const payload = { ...write(pushTo(app)), padding: 'x'.repeat(200_000) };
    expect((await stage.send(provider, signedDelivery(provider, payload, app.secret))).status).toBe(202);
  });

  it('ignores a deleted branch', async () => {
    const app = await stage.connect(provider);
    const payload = write(pushTo(app, { after: undefined, commits: [] }));
    expect(await stage.send(provider, signedDelivery(provider, payload, app.secret))).toMatchObject({
      status: 200,
      body: { ignored: 'branch `main` was deleted' },
    });
  });

  it('ignores another branch, and says which one deploys', async () => {
    const app = await stage.connect(provider);
    const payload = write(pushTo(app, { ref: 'refs/heads/dev' }));
    expect(await stage.send(provider, signedDelivery(provider, payload, app.secret))).toMatchObject({
      status: 200,
      body: { ignored: `branch \`dev\` is not tracked; \`${app.name}\` deploys \`main\`` },
    });
  });

  it('deploys a tag that matches, and no other', async () => {
    const app = await stage.connect(provider, { source: { tags: ['v*'] } });
    const tag = (name: string) => write(pushTo(app, { ref: `refs/tags/${name}`, before: undefined }));
    expect((await stage.send(provider, signedDelivery(provider, tag('nightly'), app.secret))).status).toBe(200);
    expect((await stage.send(provider, signedDelivery(provider, tag('v1.4.2'), app.secret))).status).toBe(202);
    expect(await stage.deployments(app)).toMatchObject([{ metadata: { ref: 'v1.4.2' } }]);
  });

  it('verifies the bytes as they came, white space and all', async () => {
    const app = await stage.connect(provider);
    const odd = `\n ${JSON.stringify(write(pushTo(app)), null, '\t')}  \n`.replace(
      'Sell apples',
      'Sell \\u00e4pples é ☕',
    );
    expect((await stage.send(provider, signedDelivery(provider, odd, app.secret))).status).toBe(202);
  });

  it('does nothing to a project whose secret it does not have', async () => {
    const mine = await stage.connect(provider);
    const theirs = await stage.connect(provider, { repository: mine.repository });
    const answer = await stage.send(provider, signedDelivery(provider, write(pushTo(mine)), mine.secret));
    expect(answer.body['deployments']).toMatchObject([{ application: mine.name }]);
    expect(await stage.deployments(theirs)).toEqual([]);
  });

  it('deploys every application of the repository within the project', async () => {
    const api = await stage.connect(provider);
    const web = await stage.connect(provider, { repository: api.repository.toUpperCase(), project: api.project });
    const answer = await stage.send(provider, signedDelivery(provider, write(pushTo(api)), api.secret));
    const names = (answer.body['deployments'] as { application: string }[]).map(({ application }) => application);
    expect(names.sort()).toEqual([api.name, web.name].sort());
  });
});
