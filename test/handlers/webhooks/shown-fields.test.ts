import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GitProvider, gitProviders } from '../../../src/entities/git-provider.ts';
import { pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** What a payload needs: where it came from, what was pushed, and where to. */
const needed = new Set([
  'repository',
  'full_name',
  'project',
  'path_with_namespace',
  'ref',
  'before',
  'after',
  'checkout_sha',
  'push',
  'changes',
  'old',
  'new',
  'type',
  'name',
  'target',
  'hash',
  'slug',
  'key',
  'refId',
  'fromHash',
  'toHash',
]);

/** The payload with every other field set to `value`. */
function withShown(payload: unknown, value: unknown): unknown {
  if (Array.isArray(payload)) return payload.map((item) => withShown(item, value));
  if (typeof payload !== 'object' || payload === null) return payload;
  return Object.fromEntries(
    Object.entries(payload).map(([key, field]) => [key, needed.has(key) ? withShown(field, value) : value]),
  );
}

describe.each(gitProviders)('a push of %s', (provider: GitProvider) => {
  it.each([null, 7, 'text', {}, [null]])('is deployed whatever is shown beside it: %j', async (value) => {
    const app = await stage.connect(provider);
    const commits = [{ message: 'Sell apples', paths: ['a.ts'] }];
    const push = { repository: app.repository, ref: 'refs/heads/main', before: shaOf('a'), after: shaOf('b'), commits };
    const payload = withShown(pushPayload[provider](push), value) as object;
    const answer = await stage.send(provider, signedDelivery(provider, payload, app.secret));
    expect(answer).toMatchObject({ status: 202, body: { deployments: [{ commit: shaOf('b') }] } });
    const [deployment] = await stage.deployments(app);
    expect(deployment?.metadata.requested_by).toMatch(/^(somebody|text) \(/);
  });

  it('is refused without what it needs', async () => {
    const app = await stage.connect(provider);
    const payload = pushPayload[provider]({
      repository: app.repository,
      ref: 'refs/heads/main',
      before: 'x',
      after: 'y',
    });
    expect((await stage.send(provider, signedDelivery(provider, payload, app.secret))).status).toBe(400);
  });
});
