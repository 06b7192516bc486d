import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { GitProvider } from '../../../src/entities/git-provider.ts';
import { Application } from '../../../src/entities/application.ts';
import { BranchHead } from '../../../src/entities/branch-head.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { DeployLock } from '../../../src/entities/deploy-lock.ts';
import { GitSource } from '../../../src/entities/git-source.ts';
import type { Git } from '../../../src/git/git.ts';
import { Notification } from '../../../src/entities/notification.ts';
import { watchBranches } from '../../../src/usecases/pushes/watch-branches.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeGitSource, makeRoute } from '../../support/factories.ts';
import { fakeDeps, fakeGit } from '../../support/fakes.ts';

const never = new AbortController().signal;
const live = 'a'.repeat(40);
const head = 'b'.repeat(40);
let db: TestDatabase;
let api: Application;
beforeAll(async () => {
  db = await createTestDatabase();
  api = await makeApplication(db.database, { sourceConfig: { clone_url: 'https://git.acme.example/acme/api.git' } });
  await makeGitSource(db.database, { application: api, repository: 'acme/api', commitSha: live });
  await makeRoute(db.database, { pattern: '*', events: ['behind'] });
});
afterAll(() => db.close());
beforeEach(async () => {
  const em = db.database.asSystem();
  await em.nativeDelete(Notification, {});
  await em.nativeDelete(BranchHead, {});
  await em.nativeDelete(DeployLock, {});
  await em.nativeDelete(Deployment, {});
});

async function look(git: Git = fakeGit({ main: head })): Promise<void> {
  await watchBranches(fakeDeps(db.database, { git }), never);
}

async function serve(provider: GitProvider, hookId: string | null): Promise<void> {
  await db.database.asSystem().nativeUpdate(GitSource, {}, { provider, hookId });
}

async function found(): Promise<{ deployed: (string | null | undefined)[]; told: number }> {
  const em = db.database.asSystem();
  const deployments = await em.find(Deployment, { commitSha: head });
  return { deployed: deployments.map((one) => one.metadata.requested_by), told: await em.count(Notification, {}) };
}

describe('a push that was missed', () => {
  it.each(['gitea', 'bitbucket'] as const)('is deployed once where %s sends nothing again', async (provider) => {
    await serve(provider, '7');
    await look();
    expect(await found()).toEqual({ deployed: [], told: 0 });
    for (let time = 0; time < 3; time += 1) await look();
    expect(await found()).toEqual({ deployed: ['missed push to main'], told: 0 });
  });

  it.each([
    ['deploys where a watched path changed', ['services/api/main.ts'], ['missed push to main']],
    ['deploys nothing where none changed, and git is asked once', ['docs/readme.md'], []],
  ])('%s', async (_what, paths, deployed) => {
    await serve('gitea', '7');
    const em = db.database.asSystem();
    const { sourceConfig } = api;
    await em.nativeUpdate(
      Application,
      { id: api.id },
      { sourceConfig: { ...sourceConfig, watch_paths: ['services/api/**'] } },
    );
    let asked = 0;
    const git: Git = {
      ...fakeGit({ main: head }),
      async changedPaths() {
        asked += 1;
        return paths;
      },
    };
    for (let time = 0; time < 4; time += 1) await look(git);
    expect(await found()).toEqual({ deployed, told: 0 });
    await em.nativeUpdate(Application, { id: api.id }, { sourceConfig });
    expect(asked).toBe(1);
  });

  it('that deleted the branch deploys nothing', async () => {
    await serve('gitea', '7');
    for (let time = 0; time < 3; time += 1) await look(fakeGit({ other: head }));
    expect(await found()).toEqual({ deployed: [], told: 0 });
  });

  it('of a tag is not looked for', async () => {
    await serve('gitea', '7');
    for (let time = 0; time < 3; time += 1) await look(fakeGit({ main: live, v1: head }));
    expect(await found()).toEqual({ deployed: [], told: 0 });
  });

  it('is deployed once by several Shipmates', async () => {
    await serve('gitea', '7');
    await look();
    await Promise.all([look(), look(), look()]);
    expect((await found()).deployed).toEqual(['missed push to main']);
  });

  it('waits for a lock', async () => {
    await serve('gitea', '7');
    const lock = { application: api.id as never, holder: 'ada', reason: 'migration', lockedBy: null };
    await db.database.asSystem().transactional(async (em) => void em.create(DeployLock, lock));
    for (let time = 0; time < 3; time += 1) await look();
    expect((await found()).deployed).toEqual([]);
    await db.database.asSystem().nativeDelete(DeployLock, {});
    await look();
    expect((await found()).deployed).toEqual(['missed push to main']);
  });

  it('is told instead where the host sends it again', async () => {
    await serve('github', '7');
    for (let time = 0; time < 3; time += 1) await look();
    expect(await found()).toEqual({ deployed: [], told: 1 });
  });
});
