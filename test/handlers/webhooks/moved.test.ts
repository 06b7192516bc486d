import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { GitProvider } from '../../../src/entities/git-provider.ts';
import { GitSource } from '../../../src/entities/git-source.ts';
import type { Git } from '../../../src/git/git.ts';
import { makeRoute } from '../../support/factories.ts';
import { fakeGit } from '../../support/fakes.ts';
import { requestHeaders, requestPayload } from '../../support/request-payloads.ts';
import { pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { type Connected, openStage, type Stage } from './stage.ts';

/** Where the branch is, by clone URL; the others cannot be read. */
const heads = new Map<string, string>();
const git: Git = {
  ...fakeGit(),
  async resolve({ url }) {
    const commit = heads.get(url);
    if (commit === undefined) throw new Error('not found');
    return { commit, kind: 'branch' };
  },
};

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ git });
});
beforeEach(() => heads.clear());
afterAll(() => stage.close());

type Payload = Record<string, unknown> & { repository: object; project: object };

/** What each host says of a repository beside its name. */
const withId: Record<GitProvider, (payload: Payload, id: number) => object> = {
  github: (payload, id) => ({ ...payload, repository: { id, ...payload.repository } }),
  gitea: (payload, id) => ({ ...payload, repository: { id, ...payload.repository } }),
  gitlab: (payload, id) => ({ project_id: id, ...payload, project: { id, ...payload.project } }),
  bitbucket: (payload, id) => ({ ...payload, repository: { ...payload.repository, uuid: `{0000-${id}}` } }),
  'bitbucket-data-center': (payload, id) => ({ ...payload, repository: { id, ...payload.repository } }),
};

let ids = 35_000;

async function connect(provider: GitProvider, id: number, over: Partial<Parameters<Stage['connect']>[1]> = {}) {
  const repository = `acme/${crypto.randomUUID()}`;
  const url = urlOf(repository);
  const app = await stage.connect(provider, { repository, ...over, source: { clone_url: url, ...over.source } });
  await send(app, provider, id, repository, shaOf('1'), shaOf('2'));
  return app;
}

const urlOf = (repository: string) => `https://git.example.com/${repository}.git`;

async function send(
  { secret }: Connected,
  provider: GitProvider,
  id: number,
  repository: string,
  before: string,
  after: string,
) {
  const push = { repository, ref: 'refs/heads/main', before, after, commits: [{ message: 'Sell apples' }] };
  const payload = withId[provider](pushPayload[provider](push) as Payload, id);
  return stage.send(provider, signedDelivery(provider, payload, secret));
}

async function sourceOf({ id }: Connected): Promise<GitSource> {
  return stage.database.database.asSystem().findOneOrFail(GitSource, { application: id });
}

async function told({ id }: Connected): Promise<unknown[]> {
  const { rows } = await executeSql<{ details: Record<string, unknown> }>(
    stage.database.database.asSystem(),
    `select details from audit_logs where resource_id = $1 and action = 'application.follow' order by created_at`,
    [id],
  );
  return rows.map(({ details }) => details);
}

describe.each(['github', 'gitlab', 'bitbucket', 'bitbucket-data-center', 'gitea'] as const)(
  'a repository of %s that was renamed',
  (provider) => {
    it('is followed, deployed, and said so', async () => {
      const id = (ids += 1);
      const app = await connect(provider, id);
      await makeRoute(stage.database.database, { events: ['behind'] });
      const renamed = `${app.repository}-next`;
      heads.set(urlOf(renamed), shaOf('3'));
      const answer = await send(app, provider, id, renamed, shaOf('2'), shaOf('3'));
      expect(answer).toMatchObject({ status: 202, body: { deployments: [{ commit: shaOf('3') }] } });
      expect(await sourceOf(app)).toMatchObject({ repository: renamed });
      expect((await stage.application(app)).sourceConfig).toMatchObject({
        repository: renamed,
        clone_url: urlOf(renamed),
      });
      const moved = { before: app.repository, after: renamed, outcome: 'followed' };
      expect(await told(app)).toEqual([{ kind: 'git_source', ...moved }]);
      const { rows } = await executeSql<{ payload: object }>(
        stage.database.database.asSystem(),
        `select payload from notifications where event = 'behind' and payload ->> 'application' = $1`,
        [app.name],
      );
      expect(rows.map(({ payload }) => payload)).toContainEqual({
        kind: 'repository-moved',
        application: app.name,
        ...moved,
      });
      expect((await send(app, provider, id, renamed, shaOf('3'), shaOf('4'))).status).toBe(202);
    });
  },
);

describe('a repository that has another name', () => {
  it('is followed by what happens to its requests, too', async () => {
    const id = (ids += 1);
    const app = await connect('github', id, { source: { previews: true } });
    const renamed = `${app.repository}-next`;
    heads.set(urlOf(renamed), shaOf('3'));
    const request = { repository: renamed, number: 42, happened: 'opened', commit: shaOf('a') } as const;
    const payload = withId.github(requestPayload.github(request) as Payload, id);
    const headers = requestHeaders('github', 'opened');
    expect(await stage.send('github', signedDelivery('github', payload, app.secret, { headers }))).toMatchObject({
      status: 202,
      body: { previews: [{ application: app.name, number: 42, becomes: 'open' }] },
    });
    expect(await sourceOf(app)).toMatchObject({ repository: renamed });
  });

  it('is followed to another owner while its old name leads to it', async () => {
    const id = (ids += 1);
    const app = await connect('github', id);
    const moved = app.repository.replace('acme/', 'globex/');
    heads.set(urlOf(app.repository), shaOf('3'));
    heads.set(urlOf(moved), shaOf('3'));
    expect((await send(app, 'github', id, moved, shaOf('2'), shaOf('3'))).status).toBe(202);
    expect(await told(app)).toMatchObject([{ after: moved, outcome: 'followed' }]);
  });

  it('is not followed once another repository has the old name', async () => {
    const id = (ids += 1);
    const app = await connect('github', id);
    const moved = app.repository.replace('acme/', 'globex/');
    heads.set(urlOf(app.repository), shaOf('9'));
    heads.set(urlOf(moved), shaOf('3'));
    expect(await send(app, 'github', id, moved, shaOf('2'), shaOf('3'))).toMatchObject({
      status: 404,
      body: {
        error: `\`${app.repository}\` is \`${moved}\` now, and another repository has the old name. Connect one with \`app connect\`.`,
      },
    });
    expect(await stage.deployments(app)).toHaveLength(1);
    expect(await sourceOf(app)).toMatchObject({ repository: app.repository });
    expect(await told(app)).toMatchObject([{ after: moved, outcome: 'taken' }]);
  });

  it('is not followed where it cannot be read', async () => {
    const id = (ids += 1);
    const app = await connect('github', id);
    const moved = `${app.repository}-hidden`;
    expect(await send(app, 'github', id, moved, shaOf('2'), shaOf('3'))).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('cannot be read there') },
    });
    expect(await told(app)).toMatchObject([{ outcome: 'unreadable' }]);
  });

  it('is unknown to who has no secret of its application, or does not have its id', async () => {
    const id = (ids += 1);
    const app = await connect('github', id);
    const stranger = await stage.connect('github');
    const moved = `${app.repository}-next`;
    heads.set(urlOf(moved), shaOf('3'));
    expect((await send(stranger, 'github', id, moved, shaOf('2'), shaOf('3'))).status).toBe(404);
    expect((await send({ ...app, secret: 'a guess' }, 'github', id, moved, shaOf('2'), shaOf('3'))).status).toBe(401);
    expect((await send(app, 'github', 1, moved, shaOf('2'), shaOf('3'))).status).toBe(404);
    expect(await told(app)).toEqual([]);
  });

  it('does not become the repository that has the same id on another server', async () => {
    const id = (ids += 1);
    const app = await connect('gitea', id);
    const other = await connect('gitea', id, {
      project: app.project,
      source: { clone_url: `https://git.example.org/${app.repository}.git` },
    });
    const renamed = `${app.repository}-next`;
    heads.set(urlOf(renamed), shaOf('3'));
    expect((await send(app, 'gitea', id, renamed, shaOf('2'), shaOf('3'))).status).toBe(202);
    expect(await told(other)).toEqual([]);
  });
});

describe('another repository under the same name', () => {
  it('deploys, since its pushes are signed, and is said', async () => {
    const id = (ids += 1);
    const app = await connect('github', id);
    expect((await send(app, 'github', id + 500, app.repository, shaOf('2'), shaOf('3'))).status).toBe(202);
    expect(await told(app)).toEqual([
      { kind: 'git_source', before: app.repository, after: app.repository, outcome: 'replaced' },
    ]);
  });
});
