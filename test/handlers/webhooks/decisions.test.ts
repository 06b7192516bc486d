import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Git } from '../../../src/git/git.ts';
import { fakeGit } from '../../support/fakes.ts';
import { bitbucketChange, pushPayload, shaOf, signedDelivery, standardWebhook } from '../../support/webhooks.ts';
import { openStage, type Stage } from './stage.ts';

/** What git would answer, and what it was asked. */
const asked: string[] = [];
let paths: string[] | undefined;
let messages: string[] | undefined;
const git: Git = {
  ...fakeGit(),
  async changedPaths(_remote, from, to) {
    asked.push(`paths ${from.slice(0, 1)}..${to.slice(0, 1)}`);
    return paths;
  },
  async messagesBetween(_remote, from, to) {
    asked.push(`messages ${from.slice(0, 1)}..${to.slice(0, 1)}`);
    return messages;
  },
};

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ git });
});
afterAll(() => stage.close());

const main = { ref: 'refs/heads/main', before: shaOf('a'), after: shaOf('b') };

async function push(
  provider: 'github' | 'gitlab' | 'bitbucket',
  given: Partial<Parameters<(typeof pushPayload)['github']>[0]>,
  connection: Parameters<Stage['connect']>[1] = {},
) {
  asked.length = 0;
  const app = await stage.connect(provider, connection);
  const payload = pushPayload[provider]({ ...main, repository: app.repository, ...given });
  return { app, answer: await stage.send(provider, signedDelivery(provider, payload, app.secret)) };
}

describe('skip keywords', () => {
  it.each(['[skip ci]', '[ci skip]', '[skip cd]', '[cd skip]', '[SKIP CI]'])(
    'skips when every commit says %s',
    async (keyword) => {
      const { answer } = await push('github', {
        commits: [{ message: `Docs ${keyword}` }, { message: `More docs\n\n${keyword}` }],
      });
      expect(answer).toMatchObject({ status: 200, body: { ignored: 'every new commit has a skip marker' } });
    },
  );

  it.each([
    [{ ci: { skip: true } }, 'ignored'],
    [{ ci: { skip: 'yes' } }, 'ignored'],
    [{ ci: {} }, 'deployments'],
    [{}, 'deployments'],
    [null, 'deployments'],
    [['mine'], 'deployments'],
  ])('takes GitLab’s push options %j for what they are: %s', async (options, becomes) => {
    const app = await stage.connect('gitlab');
    const commits = [{ message: 'Fix the till' }];
    const payload = { ...pushPayload.gitlab({ ...main, repository: app.repository, commits }), push_options: options };
    const { body } = await stage.send('gitlab', signedDelivery('gitlab', payload, app.secret));
    expect(Object.keys(body)).toContain(becomes);
    if (becomes === 'ignored') expect(body).toEqual({ ignored: 'the push has the option `ci.skip`' });
  });

  it('deploys when one commit does not say so', async () => {
    const { answer } = await push('github', { commits: [{ message: 'Docs [skip ci]' }, { message: 'Fix the till' }] });
    expect(answer.status).toBe(202);
  });

  it('asks git for the commits that a cut list leaves out', async () => {
    messages = ['Docs [skip ci]', 'Fix the till'];
    const { answer } = await push('gitlab', { commits: [{ message: 'Docs [skip ci]' }], truncated: true });
    expect(asked).toEqual(['messages a..b']);
    expect(answer.status).toBe(202);
  });
});

describe('watched paths', () => {
  const watching = { source: { watch_paths: ['services/api/**', '*.json'] } };

  it('deploys when a watched path changed', async () => {
    const { answer } = await push('github', { commits: [{ message: 'x', paths: ['services/api/a/b.ts'] }] }, watching);
    expect(answer.status).toBe(202);
    expect(asked).toEqual([]);
  });

  it('ignores a push that changed no watched path, once git says the same', async () => {
    paths = ['services/web/a.ts', 'docs/b.json'];
    const { app, answer } = await push(
      'github',
      { commits: [{ message: 'x', paths: ['services/web/a.ts', 'docs/b.json'] }] },
      watching,
    );
    expect(answer.body).toEqual({
      ignored: `no watched path changed (\`${app.name}\` watches \`services/api/**\` and \`*.json\`)`,
    });
    expect(asked).toEqual(['paths a..b']);
  });

  it.each(['github', 'gitlab'] as const)('catches up on what was held back, whatever %s lists', async (provider) => {
    paths = ['services/api/held.ts', 'docs/a.md'];
    const commits = [{ message: 'x', paths: ['docs/a.md'] }];
    const { answer } = await push(provider, { commits }, { ...watching, deployed: shaOf('9') });
    expect(asked).toEqual(['paths 9..b']);
    expect(answer.status).toBe(202);
  });

  it.each([
    ['what is deployed', shaOf('a'), 200],
    ['something else', shaOf('9'), 202],
  ])('believes a payload while git cannot tell when it begins at %s', async (_, deployed, status) => {
    paths = undefined;
    const commits = [{ message: 'x', paths: ['docs/a.md'] }];
    expect((await push('github', { commits }, { ...watching, deployed })).answer.status).toBe(status);
  });

  it.each([
    [['src/**', '!src/docs/**'], 'src/docs/a.md', 200],
    [['src/**', '!src/docs/**'], 'src/a.ts', 202],
    [['app/[id]/**', 'app/(auth)/**'], 'app/(auth)/login/page.tsx', 202],
    [['app/[id]/**'], 'app/[id]/page.tsx', 202],
    [['docs/'], 'docs/a.md', 202],
    [['docs/'], 'documents/a.md', 200],
  ])('%j: %s answers %i', async (globs, path, status) => {
    const source = { source: { watch_paths: globs } };
    paths = [path];
    expect((await push('github', { commits: [{ message: 'x', paths: [path] }] }, source)).answer.status).toBe(status);
  });

  it('deploys, and says so, when the list that was set cannot be read', async () => {
    const source = { source: { watch_paths: ['src/!(docs)/**'] } };
    const { app, answer } = await push('github', { commits: [{ message: 'x', paths: ['a'] }] }, source);
    expect(answer.status).toBe(202);
    const [deployment] = await stage.deployments(app);
    const log = await stage.deps.database.querySystem<{ message: string }>(
      'select message from deployment_logs where deployment_id = $1',
      [deployment?.id],
    );
    expect(log).toEqual([
      {
        message:
          'Deploying to be safe, as `src/!(docs)/**`: `!(…)` is not understood. Add an entry that begins with `!` instead',
      },
    ]);
  });

  it('asks git from the commit deployed last when the payload has no paths', async () => {
    paths = ['services/web/a.ts'];
    const { answer } = await push('bitbucket', { commits: [{ message: 'x' }] }, { ...watching, deployed: shaOf('9') });
    expect(asked).toEqual(['paths 9..b']);
    expect(answer.status).toBe(200);
  });

  it.each([
    ['a cut list', { truncated: true }, 'gitlab'],
    ['rewritten history', { forced: true }, 'github'],
    ['a new branch', { before: undefined }, 'github'],
  ] as const)('does not believe the payload of %s', async (_, over, provider) => {
    paths = ['services/api/a.ts'];
    const commits = [{ message: 'x', paths: ['docs/a.md'] }];
    const { answer } = await push(provider, { commits, ...over }, { ...watching, deployed: shaOf('9') });
    expect(asked).toEqual(['paths 9..b']);
    expect(answer.status).toBe(202);
  });

  it('deploys, and says so, when git cannot tell', async () => {
    paths = undefined;
    const { app, answer } = await push('bitbucket', { commits: [{ message: 'x' }] }, watching);
    expect(answer.status).toBe(202);
    const [deployment] = await stage.deployments(app);
    const log = await stage.deps.database.querySystem<{ message: string }>(
      'select message from deployment_logs where deployment_id = $1',
      [deployment?.id],
    );
    expect(log).toEqual([{ message: 'Could not determine which paths changed; deploying to be safe' }]);
  });
});

describe('what hosts do in their own way', () => {
  it('answers a ping of GitHub', async () => {
    const app = await stage.connect('github');
    const payload = { zen: 'Keep it logically awesome.', repository: { full_name: app.repository } };
    const ping = signedDelivery('github', payload, app.secret, { headers: { 'x-github-event': 'ping' } });
    expect(await stage.send('github', ping)).toMatchObject({
      status: 200,
      body: { ignored: 'ping: the webhook works' },
    });
  });

  it('deploys the commit of an annotated tag, not the tag object', async () => {
    const app = await stage.connect('gitlab', { source: { tags: ['*'] } });
    const payload = {
      ...pushPayload.gitlab({ repository: app.repository, ...main, ref: 'refs/tags/v1', before: undefined }),
      checkout_sha: shaOf('c'),
    };
    const answer = await stage.send(
      'gitlab',
      signedDelivery('gitlab', payload, app.secret, { headers: { 'x-gitlab-event': 'Tag Push Hook' } }),
    );
    expect(answer.body['deployments']).toMatchObject([{ commit: shaOf('c') }]);
  });

  it('takes every change of a Bitbucket delivery by itself', async () => {
    const app = await stage.connect('bitbucket');
    const commits = [{ message: 'x' }];
    const payload = {
      repository: { full_name: app.repository },
      push: {
        changes: [bitbucketChange({ ...main, ref: 'refs/heads/dev', commits }), bitbucketChange({ ...main, commits })],
      },
    };
    const answer = await stage.send('bitbucket', signedDelivery('bitbucket', payload, app.secret));
    expect(answer.body['deployments']).toMatchObject([{ application: app.name, commit: shaOf('b') }]);
  });

  it('takes the signature of Standard Webhooks from GitLab', async () => {
    const app = await stage.connect('gitlab');
    const payload = pushPayload.gitlab({ repository: app.repository, ...main, commits: [{ message: 'x' }] });
    expect((await stage.send('gitlab', standardWebhook(payload, app.secret))).status).toBe(202);
  });

  it('refuses a Standard Webhooks signature that is six minutes old, even with the right token beside it', async () => {
    const app = await stage.connect('gitlab');
    const payload = pushPayload.gitlab({ repository: app.repository, ...main, commits: [{ message: 'x' }] });
    const old = standardWebhook(payload, app.secret, new Date(Date.now() - 6 * 60_000));
    expect(await stage.send('gitlab', old)).toMatchObject({
      status: 401,
      body: {
        error: expect.stringMatching(
          /^The delivery was signed at .*Z, and the clock here is more than five minutes away from that\. Set the clocks of both servers, then send it again\.$/,
        ),
      },
    });
    const withToken = { ...old, headers: { ...old.headers, 'x-gitlab-token': app.secret } };
    expect((await stage.send('gitlab', withToken)).status).toBe(401);
  });

  it('takes the headers of Forgejo', async () => {
    const app = await stage.connect('gitea');
    const payload = pushPayload.gitea({ repository: app.repository, ...main, commits: [{ message: 'x' }] });
    const { body, headers } = signedDelivery('gitea', payload, app.secret);
    const { 'x-gitea-signature': signature = '', ...rest } = headers;
    const forgejo = { ...rest, 'x-forgejo-signature': signature, 'x-forgejo-event': 'push' };
    expect((await stage.send('gitea', { body, headers: forgejo })).status).toBe(202);
  });
});

describe('when the database is away', () => {
  it('answers 503 with when to come back, and takes the delivery afterwards', async () => {
    const other = await openStage();
    const app = await other.connect('github');
    const payload = pushPayload.github({ repository: app.repository, ...main, commits: [{ message: 'x' }] });
    const { querySystem, ping } = other.deps.database;
    const away = async () => Promise.reject(new Error('connect ECONNREFUSED'));
    Object.assign(other.deps.database, { querySystem: away, ping: away });
    const delivery = signedDelivery('github', payload, app.secret);
    const answer = await other.send('github', delivery);
    expect(answer.status).toBe(503);
    expect(Number(answer.retryAfter)).toBeGreaterThan(0);
    Object.assign(other.deps.database, { querySystem, ping });
    expect((await other.send('github', delivery)).status).toBe(202);
    await other.close();
  });
});
