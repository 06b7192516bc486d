import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gitProviders } from '../../../src/entities/git-provider.ts';
import type { Git } from '../../../src/git/git.ts';
import { makeDeployment } from '../../support/factories.ts';
import { fakeGit } from '../../support/fakes.ts';
import { bitbucketChange, type PushedInTest, pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { type Connected, openStage, type Stage } from './stage.ts';

/** Where the branch is; undefined: git does not answer. */
let head: string | undefined;
const git: Git = {
  ...fakeGit(),
  async resolve() {
    if (head === undefined) throw new Error('no answer');
    return { commit: head, kind: 'branch' };
  },
};

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ git });
});
beforeEach(() => {
  head = undefined;
});
afterAll(() => stage.close());

const older = shaOf('1');
const newer = shaOf('2');
const commits = [{ message: 'Sell apples' }];

describe.each(gitProviders)('a body of %s that comes again', (provider) => {
  it('is a duplicate under another delivery id, also of many at once', async () => {
    const app = await stage.connect(provider);
    const push = { repository: app.repository, ref: 'refs/heads/main', before: older, after: newer, commits };
    const payload = pushPayload[provider](push);
    const copies = Array.from({ length: 4 }, (_, at) =>
      signedDelivery(provider, payload, app.secret, { id: `copy-${app.id}-${at}` }),
    );
    const answers = await Promise.all(copies.map((copy) => stage.send(provider, copy)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 202]);
    expect(answers.filter(({ body }) => body['duplicate'])).toHaveLength(3);
    expect(await stage.deployments(app)).toHaveLength(1);
  });

  it('counts for another project, whose own secret signs it', async () => {
    const mine = await stage.connect(provider);
    const theirs = await stage.connect(provider, { repository: mine.repository });
    const push = { repository: mine.repository, ref: 'refs/heads/main', before: older, after: newer, commits };
    const payload = pushPayload[provider](push);
    expect((await stage.send(provider, signedDelivery(provider, payload, mine.secret))).status).toBe(202);
    expect((await stage.send(provider, signedDelivery(provider, payload, theirs.secret))).status).toBe(202);
  });
});

describe('one event that several webhooks tell', () => {
  it('counts for each project, also under one delivery id, as GitHub sends it', async () => {
    const mine = await stage.connect('github');
    const theirs = await stage.connect('github', { repository: mine.repository });
    const given = { repository: mine.repository, ref: 'refs/heads/main', before: older, after: newer, commits };
    const id = `event-${mine.id}`;
    for (const { secret } of [mine, theirs]) {
      const delivery = signedDelivery('github', pushPayload.github(given), secret, { id });
      expect((await stage.send('github', delivery)).status).toBe(202);
      expect((await stage.send('github', delivery)).body).toEqual({ duplicate: true });
    }
    expect([await stage.deployments(mine), await stage.deployments(theirs)]).toEqual([
      [expect.anything()],
      [expect.anything()],
    ]);
  });

  it('deploys each application of a project once, also of both at a time', async () => {
    const one = await stage.connect('gitlab');
    const two = await stage.connect('gitlab', { repository: one.repository, project: one.project });
    const given = { repository: one.repository, ref: 'refs/heads/main', before: older, after: newer, commits };
    const answers = await Promise.all(
      [one, two].map(({ secret }) => stage.send('gitlab', signedDelivery('gitlab', pushPayload.gitlab(given), secret))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 202]);
    const [later] = answers.filter(({ status }) => status === 200);
    expect(later?.body['ignored']).toContain(
      `\`${one.name}\` has or gets 2222222 already; to deploy it again: \`deploy ${one.name} 2222222\``,
    );
    expect([await stage.deployments(one), await stage.deployments(two)]).toEqual([
      [expect.anything()],
      [expect.anything()],
    ]);
  });

  it('deploys a commit once that a delivery of Bitbucket names by branch and tag', async () => {
    const app = await stage.connect('bitbucket', { source: { tags: ['*'] } });
    const change = { before: older, after: newer, commits };
    const payload = {
      repository: { full_name: app.repository },
      push: {
        changes: [
          bitbucketChange({ ...change, ref: 'refs/heads/main' }),
          bitbucketChange({ ...change, ref: 'refs/tags/v1', before: undefined }),
        ],
      },
    };
    expect((await stage.send('bitbucket', signedDelivery('bitbucket', payload, app.secret))).status).toBe(202);
    expect(await stage.deployments(app)).toHaveLength(1);
  });
});

/** An application that went from `older` to `newer`. */
async function deployedTwice(source: { tags?: string[] } = {}): Promise<Connected> {
  const app = await stage.connect('github', { deployed: newer, source });
  const application = await stage.application(app);
  await makeDeployment(stage.database.database, {
    application,
    commitSha: older,
    status: 'success',
    startedAt: new Date(Date.now() - 60_000),
  });
  await makeDeployment(stage.database.database, { application, commitSha: newer, status: 'success' });
  return app;
}

function push(app: Connected, over: Partial<PushedInTest>) {
  const given = {
    repository: app.repository,
    ref: 'refs/heads/main',
    before: shaOf('0'),
    after: older,
    commits,
    ...over,
  };
  return stage.send('github', signedDelivery('github', pushPayload.github(given), app.secret));
}

describe('a push that comes late', () => {
  it.each(['success', 'building'] as const)('is not deployed when the one after it is %s', async (status) => {
    const app = await deployedTwice();
    const application = await stage.application(app);
    await makeDeployment(stage.database.database, { application, commitSha: shaOf('4'), status });
    head = shaOf('4');
    expect(await push(app, { before: newer, after: shaOf('3') })).toMatchObject({
      status: 200,
      body: { ignored: `\`main\` is already past 3333333, at 4444444, which \`${app.name}\` has or gets` },
    });
  });
});

describe('a push of a commit that was deployed earlier', () => {
  it('does not move the application backwards', async () => {
    const app = await deployedTwice();
    const answer = await push(app, { before: shaOf('9') });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ignored: `\`${app.name}\` is already deployed past 1111111; to go back: \`deploy ${app.name} 1111111\``,
      },
    });
    expect(await stage.deployments(app)).toHaveLength(2);
  });

  it.each([
    ['it was forced', { before: shaOf('9'), forced: true }, undefined],
    ['the branch is there', { before: shaOf('9') }, older],
    ['it begins at what is deployed', { before: newer }, undefined],
    ['the commit is another one', { before: shaOf('9'), after: shaOf('3') }, undefined],
  ])('is deployed when %s', async (_, over, where) => {
    const app = await deployedTwice();
    head = where;
    expect((await push(app, over)).status).toBe(202);
  });

  it('is not deployed when it is live', async () => {
    const app = await deployedTwice();
    expect(await push(app, { before: shaOf('9'), after: newer })).toMatchObject({
      status: 200,
      body: {
        ignored: `\`${app.name}\` has or gets 2222222 already; to deploy it again: \`deploy ${app.name} 2222222\``,
      },
    });
  });

  it('is not deployed, although forced, when the branch is at what is deployed', async () => {
    const app = await deployedTwice();
    head = newer;
    expect((await push(app, { before: shaOf('9'), forced: true })).status).toBe(200);
  });

  it('needs no look at the branch when it begins at what is under way', async () => {
    const app = await deployedTwice();
    const application = await stage.application(app);
    await makeDeployment(stage.database.database, { application, commitSha: shaOf('3'), status: 'building' });
    head = newer;
    expect((await push(app, { before: shaOf('3'), after: shaOf('4') })).status).toBe(202);
  });

  it('is not deployed for a tag unless that was forced', async () => {
    const app = await deployedTwice({ tags: ['v*'] });
    head = older;
    const tag = { ref: 'refs/tags/v1', before: undefined };
    expect((await push(app, tag)).status).toBe(200);
    expect((await push(app, { ...tag, before: shaOf('9'), forced: true })).status).toBe(202);
  });
});
