import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { SourceConfig } from '../../../src/entities/application-config.ts';
import { GitSource } from '../../../src/entities/git-source.ts';
import { User } from '../../../src/entities/user.ts';
import type { CommitComparison } from '../../../src/git/git.ts';
import { approveDeployment } from '../../../src/usecases/deployments/request/decide-approval.ts';
import { lockDeployments, unlockDeployments } from '../../../src/usecases/deployments/hold/deploy-locks.ts';
import { addFreeze } from '../../../src/usecases/deployments/hold/freeze-windows.ts';
import { consoleOrigin, fakeGit } from '../../support/fakes.ts';
import { pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { type Connected, openStage, type Stage } from './stage.ts';

const comparison: CommitComparison = {
  commits: [{ commit: shaOf('b'), title: 'Fix the till', author: 'Ada' }],
  count: 1,
  dropped: 0,
};

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ git: { ...fakeGit(), compare: async () => comparison } });
});
afterAll(() => stage.close());

async function owner(app: Connected): Promise<User> {
  return stage.deps.database.asSystem().findOneOrFail(User, app.project.owner.id);
}

function push(app: Connected) {
  const push = { ref: 'refs/heads/main', before: shaOf('a'), after: shaOf('b'), repository: app.repository };
  return signedDelivery('github', pushPayload.github({ ...push, commits: [{ message: 'Fix the till' }] }), app.secret);
}

async function storedOutcome(): Promise<unknown> {
  const sql = 'select outcome from webhook_deliveries order by created_at desc limit 1';
  return (await executeSql<{ outcome: unknown }>(stage.deps.database.asSystem(), sql)).rows[0]?.outcome;
}

async function lock(app: Connected): Promise<void> {
  const user = await owner(app);
  const request = { user, application: app.name, reason: 'the migration runs', origin: consoleOrigin() };
  await lockDeployments(stage.deps, request);
}

async function unlock(app: Connected): Promise<void> {
  await unlockDeployments(stage.deps, { user: await owner(app), application: app.name, origin: consoleOrigin() });
}

describe('a push', () => {
  it('to a locked application is stored, says who locked it and what to do, and may be sent again', async () => {
    const app = await stage.connect('github');
    await lock(app);
    const delivery = push(app);
    const answer = await stage.send('github', delivery);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ignored: expect.stringMatching(
          /is locked by ada \(console\) since .* UTC: the migration runs; later: `deploy .*`$/,
        ),
      },
    });
    expect(await storedOutcome()).toEqual(answer.body);
    expect(await stage.deployments(app)).toEqual([]);
    expect((await stage.send('github', delivery)).body).toEqual(answer.body);
    await unlock(app);
    expect(await stage.send('github', delivery)).toMatchObject({
      status: 202,
      body: { deployments: [{ application: app.name }] },
    });
    expect((await stage.send('github', delivery)).body).toEqual({ duplicate: true });
    expect(await stage.deployments(app)).toHaveLength(1);
  });

  it('that came to nothing is looked at again when it is sent again', async () => {
    const app = await stage.connect('github');
    const delivery = signedDelivery(
      'github',
      pushPayload.github({
        ref: 'refs/heads/release',
        before: shaOf('a'),
        after: shaOf('b'),
        repository: app.repository,
      }),
      app.secret,
    );
    expect(await stage.send('github', delivery)).toMatchObject({ status: 200, body: { ignored: expect.any(String) } });
    await stage.deps.database.asSystem().nativeUpdate(GitSource, { application: app.id }, { branch: 'release' });
    expect(await stage.send('github', delivery)).toMatchObject({
      status: 202,
      body: { deployments: [{ application: app.name }] },
    });
  });

  it('to a repository that is not connected yet is looked at once it is', async () => {
    const app = await stage.connect('github');
    const repository = `acme/${crypto.randomUUID()}`;
    const delivery = signedDelivery(
      'github',
      pushPayload.github({ ref: 'refs/heads/main', before: shaOf('a'), after: shaOf('b'), repository }),
      app.secret,
    );
    expect((await stage.send('github', delivery)).status).toBe(404);
    await stage.deps.database.asSystem().nativeUpdate(GitSource, { application: app.id }, { repository });
    expect(await stage.send('github', delivery)).toMatchObject({
      status: 202,
      body: { deployments: [{ application: app.name }] },
    });
  });

  it('in a freeze is stored, and says until when', async () => {
    const app = await stage.connect('github');
    const times = { starts: '* * * * *', duration: '2h', zone: 'UTC', reason: 'Black Friday' };
    await addFreeze(stage.deps, {
      ...times,
      user: await owner(app),
      project: app.project.name,
      origin: consoleOrigin(),
    });
    const { status, body } = await stage.send('github', push(app));
    expect(status).toBe(200);
    expect(body['ignored']).toMatch(/is frozen until .* UTC: Black Friday; later: `deploy .*`$/);
  });

  it('deploys the other applications of the repository', async () => {
    const locked = await stage.connect('github');
    const { repository, secret, project } = locked;
    const free = await stage.connect('github', { repository, secret, project });
    await lock(locked);
    const { status, body } = await stage.send('github', push(free));
    expect(status).toBe(202);
    expect(body).toMatchObject({
      deployments: [{ application: free.name }],
      held: [expect.stringContaining(`\`${locked.name}\` is locked by`)],
    });
    expect(await storedOutcome()).toEqual(body);
    expect(await stage.deployments(free)).toHaveLength(1);
    expect(await stage.deployments(locked)).toEqual([]);
  });

  it('that is sent again deploys what was held back, and nothing twice', async () => {
    const locked = await stage.connect('github');
    const { repository, secret, project } = locked;
    const free = await stage.connect('github', { repository, secret, project });
    await lock(locked);
    const delivery = push(free);
    await stage.send('github', delivery);
    await unlock(locked);
    const { body } = await stage.send('github', delivery);
    expect(body).toMatchObject({ deployments: [{ application: locked.name }] });
    expect(await stage.deployments(free)).toHaveLength(1);
  });

  it('to a protected application waits for an approval, with what changes', async () => {
    const source: SourceConfig = { protected: true, clone_url: 'https://github.com/acme/api.git' };
    const app = await stage.connect('github', { source, deployed: shaOf('a') });
    expect((await stage.send('github', push(app))).status).toBe(202);
    const [deployment] = await stage.deployments(app);
    expect(deployment).toMatchObject({
      status: 'pending',
      metadata: {
        approval: { state: 'waiting' },
        range: {
          from: shaOf('a'),
          to: shaOf('b'),
          count: 1,
          newest: ['bbbbbbb Fix the till (Ada)'],
          compare_url: `https://github.com/acme/api/compare/${shaOf('a')}...${shaOf('b')}`,
        },
      },
    });
    expect(await stage.isEnqueued(app)).toBe(false);
    await approveDeployment(stage.deps, {
      user: await owner(app),
      deployment: deployment?.id ?? '',
      origin: consoleOrigin(),
    });
    expect(await stage.isEnqueued(app)).toBe(true);
  });
});
