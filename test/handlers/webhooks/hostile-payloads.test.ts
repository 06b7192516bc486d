import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gitProviders } from '../../../src/entities/git-provider.ts';
import { pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const nul = '\u0000';
const half = '\ud83d';

describe.each(gitProviders)('a payload of %s that PostgreSQL would not take', (provider) => {
  function payloadOf(repository: string, ref: string, message = 'Sell apples'): object {
    const commits = [{ message }];
    return pushPayload[provider]({ repository, ref, before: shaOf('a'), after: shaOf('b'), commits });
  }

  it.each([
    ['NUL', `feature${nul}`],
    ['half a character', `feature${half}`],
  ])('is refused for %s in the name of a branch', async (_, name) => {
    const app = await stage.connect(provider);
    const payload = payloadOf(app.repository, `refs/heads/${name}`);
    expect(await stage.send(provider, signedDelivery(provider, payload, app.secret))).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('is not a branch or tag name') },
    });
  });

  it.each([
    ['NUL', `acme/a${nul}`],
    ['half a character', `acme/a${half}`],
    ['more than 500 characters', `acme/${'a'.repeat(500)}`],
  ])('is refused for %s in the name of the repository', async (_, repository) => {
    const app = await stage.connect(provider);
    const payload = payloadOf(repository, 'refs/heads/main');
    expect((await stage.send(provider, signedDelivery(provider, payload, app.secret))).status).toBe(400);
    expect((await stage.send(provider, signedDelivery(provider, payload, 'a guess'))).status).toBe(401);
  });

  it('is stored with the title of the commit cut and made whole', async () => {
    const app = await stage.connect(provider);
    const message = `A${nul}B${half}C${'x'.repeat(194)}🚢🚢`;
    const payload = payloadOf(app.repository, 'refs/heads/main', message);
    expect((await stage.send(provider, signedDelivery(provider, payload, app.secret))).status).toBe(202);
    const [deployment] = await stage.deployments(app);
    expect(deployment?.metadata.commit_title).toBe(`A\ufffdB\ufffdC${'x'.repeat(194)}`);
  });

  it('is refused for a delivery id that is longer than its column', async () => {
    const app = await stage.connect(provider);
    const payload = payloadOf(app.repository, 'refs/heads/main');
    const delivery = signedDelivery(provider, payload, app.secret, { id: 'd'.repeat(256) });
    expect(await stage.send(provider, delivery)).toMatchObject({
      status: 400,
      body: { error: 'The delivery id is longer than 255 characters.' },
    });
  });
});

it('stores an event cut to its column, and the words of the one who pushed', async () => {
  const app = await stage.connect('github');
  const event = { repository: { full_name: app.repository } };
  const headers = { 'x-github-event': 'e'.repeat(300) };
  expect((await stage.send('github', signedDelivery('github', event, app.secret, { headers }))).status).toBe(200);
  const push = {
    repository: app.repository,
    ref: 'refs/heads/main',
    before: shaOf('a'),
    after: shaOf('b'),
    commits: [],
  };
  const payload = { ...pushPayload.github(push), pusher: { name: `ada${nul}${half}` } };
  expect((await stage.send('github', signedDelivery('github', payload, app.secret))).status).toBe(202);
  const [deployment] = await stage.deployments(app);
  expect(deployment?.metadata.requested_by).toBe('ada\ufffd\ufffd (github)');
});
