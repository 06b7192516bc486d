import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { AuditLog } from '../../../src/entities/audit-log.ts';
import { BranchHead } from '../../../src/entities/branch-head.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { GitSource } from '../../../src/entities/git-source.ts';
import type { Git } from '../../../src/git/git.ts';
import { createGit } from '../../../src/git/git-cli.ts';
import { pollBranches } from '../../../src/usecases/pushes/poll-branches.ts';
import { watchBranches } from '../../../src/usecases/pushes/watch-branches.ts';
import { makeRepository, type Repository } from '../../git/repository.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps, fakeGit, fakeQueue } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

const never = new AbortController().signal;
let db: TestDatabase;
let repository: Repository & AsyncDisposable;
let git: Git;
let ada: Person;
let first: string;
let minutes = 0;
beforeAll(async () => {
  db = await createTestDatabase();
  repository = await makeRepository();
  first = await repository.commit('First', { 'a.txt': '1' });
  git = createGit({ dataDir: join(repository.folder, 'data'), localRepositories: repository.folder });
  ada = await makePerson(fakeDeps(db.database, { git }), 'super_admin');
  await ada.type('project create shop');
});
afterAll(async () => {
  await repository[Symbol.asyncDispose]();
  await db.close();
});

const create = async (more = '--poll 5m') =>
  ada.type(`app create shop/api --repo ${repository.path} --provider none ${more}`);

beforeEach(async () => {
  await removeAll();
  await create();
});

/** A look after the interval is over. */
async function poll(over: Partial<Parameters<typeof fakeDeps>[1]> = {}): Promise<string> {
  minutes += 5;
  const { queue } = fakeQueue();
  return pollBranches(fakeDeps(db.database, { git, queue, ...over }), never, new Date(Date.now() + minutes * 60_000));
}

const deployments = async () =>
  (await db.database.asSystem().find(Deployment, {}, { orderBy: { startedAt: 'asc' } })).map(
    ({ commitSha, metadata }) => ({
      commitSha,
      ref: metadata.ref,
      by: metadata.requested_by,
      trigger: metadata.trigger,
    }),
  );

/** With their sources, deployments and heads. */
async function removeAll(): Promise<void> {
  await executeSql(db.database.asSystem(), 'delete from applications', []);
}

async function stored<T extends GitSource | BranchHead>(entity: new () => T): Promise<T> {
  const [row] = await db.database.asSystem().findAll<T>(entity);
  if (!row) throw new Error('nothing is stored');
  return row;
}

describe('a repository on a plain git server', () => {
  it('has no webhook, no secret and no commit statuses', async () => {
    await removeAll();
    const reply = await create('');
    expect(reply).toEqual({
      tone: 'success',
      title: '`shop/api` is created',
      text: 'Deploy it with `deploy shop/api`. To deploy each new commit of `main`: `app set shop/api poll=5m`.',
      data: { id: expect.any(String), application: 'shop/api' },
    });
    const { provider, webhookConfig } = await stored(GitSource);
    expect({ provider, webhookConfig }).toEqual({ provider: null, webhookConfig: {} });
    expect((await ada.type('app show shop/api')).data).toMatchObject({
      repository: { provider: null, branch: 'main' },
      commitStatuses: false,
    });
    const refused = await ada.type('app connect shop/api --status-token', { statusToken: 'ghp_hunter2' });
    expect(refused.text).toBe('A plain git server has no commit statuses. Leave `--status-token` out.');
    expect((await ada.type('app connect shop/api')).text).toMatch(/^Deploy it with `deploy shop\/api`\./);
  });

  it('is deployed by command', async () => {
    expect((await ada.type('deploy shop/api')).tone).not.toBe('danger');
    expect(await deployments()).toMatchObject([{ commitSha: first, ref: 'main', trigger: 'command' }]);
  });

  it('may have a path of one folder', async () => {
    await ada.type('app connect shop/api --repo git@127.0.0.1:api.git --provider none');
    expect(await stored(GitSource)).toMatchObject({ repository: 'api' });
  });
});

describe('poll', () => {
  it('deploys each new commit of the branch once, and what is there at the first look not', async () => {
    expect(await poll()).toBe('1 polled, 0 deployed');
    expect(await deployments()).toEqual([]);
    const second = await repository.commit('Second', { 'a.txt': '2' });
    expect(await poll()).toBe('1 polled, 1 deployed');
    expect(await poll()).toBe('1 polled, 0 deployed');
    expect(await deployments()).toEqual([{ commitSha: second, ref: 'main', by: 'poll of main', trigger: 'push' }]);
    const audit = await db.database.asSystem().find(AuditLog, { action: 'application.deploy' });
    expect(audit.at(-1)).toMatchObject({
      user: null,
      resourceId: (await stored(GitSource)).application.id,
      details: { commit_sha: second, by: 'poll of main', kind: 'git_source', polled: true },
    });
  });

  it('deploys at the first look what was pushed since the live version', async () => {
    await executeSql(db.database.asSystem(), 'update git_sources set commit_sha = $1', ['f'.repeat(40)]);
    expect(await poll()).toBe('1 polled, 1 deployed');
  });

  it('looks only when the interval is over', async () => {
    await poll();
    const looked = new Date((await stored(BranchHead)).lookedAt ?? 0).getTime();
    const at = async (ms: number) => pollBranches(fakeDeps(db.database, { git }), never, new Date(looked + ms));
    expect(await at(4 * 60_000)).toBe('0 polled, 0 deployed');
    expect(await at(5 * 60_000)).toBe('1 polled, 0 deployed');
  });

  it('deploys once with several Shipmates', async () => {
    await poll();
    await repository.commit('Third', { 'a.txt': '3' });
    await Promise.all([poll(), poll(), poll()]);
    expect(await deployments()).toHaveLength(1);
  });

  it('heeds watched paths and skip markers', async () => {
    await ada.type('app set shop/api watch=src/**');
    await executeSql(db.database.asSystem(), 'update git_sources set commit_sha = $1', [
      await repository.git('rev-parse', 'HEAD'),
    ]);
    await poll();
    await repository.commit('Words', { 'b.txt': '1' });
    expect(await poll()).toBe('1 polled, 0 deployed');
    await ada.type('app set shop/api watch=');
    await repository.commit('Words [skip ci]', { 'b.txt': '2' });
    await executeSql(db.database.asSystem(), 'update git_sources set commit_sha = $1', [
      await repository.git('rev-parse', 'HEAD~1'),
    ]);
    expect(await poll()).toBe('1 polled, 0 deployed');
  });

  it('deploys nothing again that somebody deployed or rolled back from', async () => {
    await poll();
    await repository.commit('By hand', { 'a.txt': '4' });
    await ada.type('deploy shop/api');
    expect(await poll()).toBe('1 polled, 0 deployed');
    expect(await deployments()).toHaveLength(1);
  });

  it('deploys after a lock is gone', async () => {
    await poll();
    await repository.commit('Locked', { 'a.txt': '5' });
    await ada.type('lock shop/api migration');
    expect(await poll()).toBe('1 polled, 0 deployed, 1 locked or frozen');
    await ada.type('unlock shop/api');
    expect(await poll()).toBe('1 polled, 1 deployed');
  });

  it('goes on with the others when one does not answer, and says so', async () => {
    const away = { ...fakeGit(), resolve: async () => Promise.reject(new Error('could not resolve host')) };
    expect(await poll({ git: away })).toBe('1 polled, 0 deployed, 1 not reached');
  });

  it('leaves the branch to no other watch', async () => {
    await executeSql(db.database.asSystem(), 'update git_sources set commit_sha = $1', ['f'.repeat(40)]);
    await poll();
    expect(await watchBranches(fakeDeps(db.database, { git }), never)).toBe('0 branches, 0 behind');
  });

  it.each([
    ['30s', 'poll'],
    ['soon', 'poll'],
  ])('refuses %s', async (value) => {
    const { text, tone } = await ada.type(`app set shop/api poll=${value}`);
    expect({ text, tone }).toEqual({ tone: 'danger', text: expect.stringMatching(/^poll: .*`5m`/) });
  });

  it('is nothing for an image', async () => {
    await ada.type('app create shop/cache --image redis:7');
    expect((await ada.type('app set shop/cache poll=5m')).text).toBe(
      '`poll` applies to applications with a repository only; this one runs an image.',
    );
  });
});
