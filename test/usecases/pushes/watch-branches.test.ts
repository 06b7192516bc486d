import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { Application } from '../../../src/entities/application.ts';
import { BranchHead } from '../../../src/entities/branch-head.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { DeployLock } from '../../../src/entities/deploy-lock.ts';
import { Notification } from '../../../src/entities/notification.ts';
import { WebhookDelivery } from '../../../src/entities/webhook-delivery.ts';
import type { Git } from '../../../src/git/git.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import { watchBranches } from '../../../src/usecases/pushes/watch-branches.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeGitSource, makeProject, makeRoute } from '../../support/factories.ts';
import { fakeDeps, fakeGit } from '../../support/fakes.ts';
import { allWorded } from '../../support/worded.ts';

const never = new AbortController().signal;
const live = 'a'.repeat(40);
const head = 'b'.repeat(40);
let db: TestDatabase;
let api: Application;
beforeAll(async () => {
  db = await createTestDatabase();
  const project = await makeProject(db.database, { name: 'shop' });
  const sourceConfig = { clone_url: 'https://github.com/acme/api.git' };
  api = await makeApplication(db.database, { name: 'api', project, sourceConfig });
  await makeGitSource(db.database, { application: api, repository: 'acme/api', commitSha: live });
  await makeRoute(db.database, { pattern: 'shop/*', events: ['behind'] });
});
beforeEach(async () => {
  const em = db.database.asSystem();
  await em.nativeDelete(Notification, {});
  await em.nativeDelete(BranchHead, {});
  await em.nativeDelete(WebhookDelivery, {});
  await em.nativeDelete(DeployLock, {});
  await em.nativeDelete(Deployment, {});
  await makeDeployment(db.database, {
    application: api,
    status: 'success',
    commitSha: live,
    metadata: { trigger: 'push' },
  });
});
afterAll(() => db.close());

async function look(git: Git = fakeGit({ main: head })): Promise<string> {
  return watchBranches(fakeDeps(db.database, { git }), never);
}

async function notified(): Promise<Reply[]> {
  return allWorded(await db.database.asSystem().find(Notification, {}));
}

async function delivered(commit: string): Promise<void> {
  await executeSql(
    db.database.asSystem(),
    `insert into webhook_deliveries (id, provider, delivery_id, event, repository, ref, commit_sha)
     values (gen_random_uuid(), 'github', $1::text, 'push', 'ACME/api', 'main', $1::text)`,
    [commit],
  );
}

describe('the head of a branch that no webhook announced', () => {
  it('is notified at the second look, once, with what to do about it', async () => {
    expect(await look()).toBe('1 branch, 0 behind');
    expect(await notified()).toEqual([]);
    expect(await look()).toBe('1 branch, 1 behind');
    expect(await look()).toBe('1 branch, 0 behind');
    expect(await notified()).toEqual([
      {
        tone: 'warning',
        title: 'shop/api is behind',
        text: '`main` is at bbbbbbb, but aaaaaaa is deployed. No webhook announced the push; Shipmate may have been down.',
        actions: [
          { label: 'Deploy', command: 'deploy shop/api', style: 'primary' },
          { label: 'What changes', command: 'diff shop/api' },
        ],
      },
    ]);
    const next = fakeGit({ main: 'c'.repeat(40) });
    await look(next);
    expect(await look(next)).toBe('1 branch, 1 behind');
  });

  it('is notified once by several Shipmates', async () => {
    await look();
    await Promise.all([look(), look(), look()]);
    expect(await notified()).toHaveLength(1);
  });

  it('is not notified when its push comes in the meantime', async () => {
    await look();
    await delivered(head);
    await look();
    expect(await notified()).toEqual([]);
  });

  it('is not notified when it was deployed by hand, or is what is live', async () => {
    await makeDeployment(db.database, { application: api, status: 'failed', commitSha: head });
    for (let time = 0; time < 2; time += 1) await look();
    for (let time = 0; time < 2; time += 1) await look(fakeGit({ main: live }));
    expect(await notified()).toEqual([]);
  });

  it('is not notified when all of its commits ask to be skipped, and git is asked for that once', async () => {
    let asked = 0;
    const messagesBetween = async () => ((asked += 1), ['Words [skip ci]']);
    for (let time = 0; time < 4; time += 1) await look({ ...fakeGit({ main: head }), messagesBetween });
    expect([await notified(), asked]).toEqual([[], 1]);
  });

  it('waits until a lock is gone', async () => {
    const lock = { application: api.id as never, holder: 'ada', reason: 'migration', lockedBy: null };
    await db.database.asSystem().transactional(async (em) => void em.create(DeployLock, lock));
    for (let time = 0; time < 3; time += 1) await look();
    expect(await notified()).toEqual([]);
    await db.database.asSystem().nativeDelete(DeployLock, {});
    await look();
    expect(await notified()).toHaveLength(1);
  });

  it('is not looked for where pushes never came', async () => {
    await db.database.asSystem().nativeDelete(Deployment, {});
    expect(await look()).toBe('0 branches, 0 behind');
    await delivered('d'.repeat(40));
    expect(await look()).toBe('1 branch, 0 behind');
  });

  it('of a repository that does not answer keeps no other', async () => {
    const resolve = async () => {
      throw new Error('could not resolve host');
    };
    expect(await look({ ...fakeGit(), resolve })).toBe('1 branch, 0 behind, 1 not reached');
    expect(await look(fakeGit())).toBe('1 branch, 0 behind');
  });
});
