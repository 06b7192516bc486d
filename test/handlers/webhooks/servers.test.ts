import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GitSource } from '../../../src/entities/git-source.ts';
import { pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { type Connected, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const push = { ref: 'refs/heads/main', before: shaOf('a'), after: shaOf('b'), commits: [{ message: 'Sell apples' }] };

/** A push of GitLab with what it says about the server. */
function gitLabPush(repository: string, server: string, ssh = `git@${new URL(server).hostname}:${repository}.git`) {
  const payload = pushPayload.gitlab({ ...push, repository }) as { project: object };
  const project = {
    ...payload.project,
    id: 15,
    web_url: `${server}/${repository}`,
    git_http_url: `${server}/${repository}.git`,
    git_ssh_url: ssh,
  };
  return { ...payload, project_id: 15, project };
}

function giteaPush(repository: string, server: string) {
  const payload = pushPayload.gitea({ ...push, repository }) as { repository: object };
  const clone_url = `${server}/${repository}.git`;
  return { ...payload, repository: { ...payload.repository, id: 7, html_url: `${server}/${repository}`, clone_url } };
}

async function sourceOf({ id }: Connected): Promise<GitSource> {
  return stage.database.database.asSystem().findOneOrFail(GitSource, { application: id });
}

const unique = () => `acme/${crypto.randomUUID()}`;

describe('a git host under a path', () => {
  it('is found by the clone URL of its payload, and its names and address are learnt', async () => {
    const repository = unique();
    const server = 'https://git.example.com:8443/gitlab';
    const app = await stage.connect('gitlab', {
      repository: `gitlab/${repository}`,
      source: { clone_url: `${server}/${repository}.git` },
    });
    const answer = await stage.send('gitlab', signedDelivery('gitlab', gitLabPush(repository, server), app.secret));
    expect(answer).toMatchObject({ status: 202, body: { deployments: [{ application: app.name }] } });
    expect(await sourceOf(app)).toMatchObject({ repository, hostRepositoryId: '15', webAddress: null });
    expect((await stage.application(app)).sourceConfig.repository).toBe(repository);
  });

  it('tells its address to a repository that is cloned over ssh', async () => {
    const repository = unique();
    const server = 'https://git.example.com:8443/gitlab';
    const app = await stage.connect('gitlab', {
      repository,
      source: { clone_url: `ssh://git@git.example.com:2222/${repository}.git` },
    });
    const payload = gitLabPush(repository, server, `ssh://git@git.example.com:2222/${repository}.git`);
    expect((await stage.send('gitlab', signedDelivery('gitlab', payload, app.secret))).status).toBe(202);
    expect(await sourceOf(app)).toMatchObject({ repository, webAddress: server });
  });

  it.each(['https://elsewhere.example', 'http://git.example.com'])(
    'does not get the token at %s, whatever its payload says',
    async (server) => {
      const repository = unique();
      const app = await stage.connect('gitlab', {
        repository,
        source: { clone_url: `git@git.example.com:${repository}.git` },
      });
      const payload = gitLabPush(repository, server, `git@git.example.com:${repository}.git`);
      expect((await stage.send('gitlab', signedDelivery('gitlab', payload, app.secret))).status).toBe(202);
      expect(await sourceOf(app)).toMatchObject({ hostRepositoryId: '15', webAddress: null });
    },
  );
});

describe('one name on two servers', () => {
  it.each([
    ['https://git-a.example', 'https://git-b.example'],
    ['https://git.example.com:3000', 'https://git.example.com:4000'],
  ])('%s and %s deploys from the one that pushed', async (server, other) => {
    const repository = unique();
    const mine = await stage.connect('gitea', { repository, source: { clone_url: `${server}/${repository}.git` } });
    const theirs = await stage.connect('gitea', {
      repository,
      project: mine.project,
      source: { clone_url: `${other}/${repository}.git` },
    });
    const answer = await stage.send('gitea', signedDelivery('gitea', giteaPush(repository, server), mine.secret));
    expect(answer.body['deployments']).toMatchObject([{ application: mine.name }]);
    expect(await stage.deployments(theirs)).toEqual([]);
    expect(await sourceOf(theirs)).toMatchObject({ hostRepositoryId: null });
  });

  it('deploys all that is cloned from it, in whichever way', async () => {
    const repository = unique();
    const api = await stage.connect('gitea', {
      repository,
      source: { clone_url: `https://git-a.example/${repository}.git` },
    });
    const web = await stage.connect('gitea', {
      repository,
      project: api.project,
      source: { clone_url: `ssh://git@git-a.example:2222/${repository}.git` },
    });
    const payload = giteaPush(repository, 'https://git-a.example');
    const answer = await stage.send('gitea', signedDelivery('gitea', payload, api.secret));
    const names = (answer.body['deployments'] as { application: string }[]).map(({ application }) => application);
    expect(names.toSorted()).toEqual([api.name, web.name].toSorted());
  });

  it('loses no push of a server that calls itself otherwise', async () => {
    const repository = unique();
    const app = await stage.connect('gitea', {
      repository,
      source: { clone_url: `http://gitea.internal:3000/${repository}.git` },
    });
    const payload = giteaPush(repository, 'http://localhost:3000');
    expect((await stage.send('gitea', signedDelivery('gitea', payload, app.secret))).status).toBe(202);
  });
});
