import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GitSource } from '../../../src/entities/git-source.ts';
import { createGit } from '../../../src/git/git-cli.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { makeRepository, type Repository, serveOverHttp } from '../../git/repository.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

const token = 'glpat-token-that-nobody-may-see';
let test: TestDatabase;
let repository: Repository & AsyncDisposable;
let server: Awaited<ReturnType<typeof serveOverHttp>>;
let deps: Deps;
let ada: Person;
beforeAll(async () => {
  test = await createTestDatabase();
  repository = await makeRepository();
  await repository.commit('First', { 'a.txt': '1' });
  await repository.sh(`
    git branch -m trunk
    git branch release/1 && git branch maintenance && git tag v1
    git init -q ../empty
    git init -q --object-format=sha256 ../long && cd ../long && git commit -q --allow-empty -m One && cd ..
    git clone -q --bare origin headless && git -C headless symbolic-ref HEAD refs/heads/nothing
  `);
  server = await serveOverHttp(repository.folder, token);
  const git = createGit({ dataDir: join(repository.folder, 'data'), localRepositories: repository.folder });
  deps = fakeDeps(test.database, { git });
  ada = await makePerson(deps, 'super_admin');
  await ada.type('project create shop');
});
afterAll(async () => {
  await server.close();
  await repository[Symbol.asyncDispose]();
  await test.close();
});

const of = (name: string) => `--repo ${join(repository.folder, name)} --provider github --repository acme/${name}`;

async function branchOf(app: string): Promise<string | undefined> {
  const application = { name: app };
  return (await test.database.asSystem().findOne(GitSource, { application }))?.branch;
}

describe('app create', () => {
  it('tracks the default branch of the repository', async () => {
    const reply = await ada.type(`app create shop/plain ${of('origin')}`);
    expect(reply.text).toMatch(/^To deploy each push to `trunk`, add a webhook/);
    expect(await branchOf('plain')).toBe('trunk');
    expect((await ada.type('app show shop/plain')).data).toHaveProperty('settings.branch', 'trunk');
  });

  it('refuses a branch that is missing with those that there are, the nearest first, and creates nothing', async () => {
    expect(await ada.type(`app create shop/typo ${of('origin')} --branch maintainance`)).toMatchObject({
      tone: 'danger',
      text:
        'The repository has no branch `maintainance`. It has the branches `maintenance`, `trunk` and `release/1`. ' +
        'Push it first, or choose another: `--branch maintenance`.',
    });
    expect(await branchOf('typo')).toBeUndefined();
  });

  it('takes no tag for a branch', async () => {
    const { text } = await ada.type(`app create shop/tagged ${of('origin')} --branch v1`);
    expect(text).toMatch(/^The repository has no branch `v1`\. It has the branches `trunk`, `maintenance` and/);
  });

  it('refuses a SHA-256 repository', async () => {
    expect(await ada.type(`app create shop/long ${of('long')}`)).toMatchObject({
      tone: 'danger',
      text: expect.stringMatching(
        /^The repository uses SHA-256 object ids.* --object-format=sha1`, and connect that\.$/,
      ),
    });
    expect(await branchOf('long')).toBeUndefined();
  });

  it('takes an empty repository, and says what to push', async () => {
    const { text, tone } = await ada.type(`app create shop/empty ${of('empty')}`);
    expect({ text, tone }).toEqual({
      tone: 'success',
      text: expect.stringMatching(
        /^The repository is empty\. Push the branch `main` first\.\nTo deploy each push to `main`/,
      ),
    });
  });

  it('asks for a branch where the repository has no default branch', async () => {
    const line = `app create shop/headless ${of('headless')}`;
    expect((await ada.type(line)).text).toBe(
      'The repository has no default branch. It has the branches `maintenance`, `release/1` and `trunk`. ' +
        'Choose one: `--branch maintenance`.',
    );
    expect((await ada.type(`${line} --branch trunk`)).tone).toBe('success');
  });

  it('goes on when the host does not answer, and says so', async () => {
    const { text, tone } = await ada.type('app create shop/away --repo http://127.0.0.1:9/acme/away --provider gitea');
    expect({ text, tone }).toEqual({
      tone: 'success',
      text: expect.stringMatching(
        /^The branch `main` was not checked\. 127\.0\.0\.1:9 does not answer\. Try again when it is reachable from this host\.\n/,
      ),
    });
  });

  it('refuses credentials that the host refuses, without repeating them', async () => {
    const line = `app create shop/closed --repo ${server.url('origin')} --provider gitea --repository acme/api`;
    const wrong = await ada.type(`${line} --token`, { token: 'wrong-token-1234567890' });
    expect(wrong).toMatchObject({ tone: 'danger', text: expect.stringContaining('refused the credentials') });
    expect(JSON.stringify(wrong)).not.toContain('wrong-token');
    expect((await ada.type(`${line} --token`, { token })).tone).toBe('success');
    expect(await branchOf('closed')).toBe('trunk');
  });

  it('asks no host for a project that the person may not change', async () => {
    let asked = 0;
    const git = { ...deps.git, findBranch: async () => ((asked += 1), { kind: 'found' as const, branch: 'main' }) };
    const bob = await makePerson(fakeDeps(test.database, { git }), 'admin');
    const other = await makePerson(deps, 'developer');
    await ada.type('project create hidden');
    for (const line of ['app create nothing/x', 'app create hidden/x']) {
      expect((await bob.type(`${line} --repo https://github.com/acme/x.git`)).tone).toBe('danger');
    }
    expect((await other.type(`app create shop/x ${of('origin')}`)).tone).toBe('danger');
    expect(asked).toBe(0);
  });
});

describe('app set and app connect', () => {
  beforeAll(async () => {
    await ada.type(`app create shop/api ${of('origin')}`);
  });

  it('refuse a branch that is missing, with the command', async () => {
    expect((await ada.type('app set shop/api branch=trunc')).text).toBe(
      'The repository has no branch `trunc`. It has the branches `trunk`, `maintenance` and `release/1`. ' +
        'Push it first, or choose another: `app set shop/api branch=trunk`.',
    );
    expect((await ada.type('app connect shop/api --branch trunc')).text).toMatch(
      /Push it first, or choose another: `app connect shop\/api --branch trunk`\.$/,
    );
    expect(await branchOf('api')).toBe('trunk');
  });

  it('take one that is there', async () => {
    expect((await ada.type('app set shop/api branch=maintenance')).text).toBe(
      'Changed `shop/api`. To apply it: `redeploy shop/api`.',
    );
    expect((await ada.type('app connect shop/api --branch release/1')).tone).toBe('success');
    expect(await branchOf('api')).toBe('release/1');
  });

  it('keep the branch when only the webhook secret is renewed, whatever the host says', async () => {
    const findBranch = async () => Promise.reject(new Error('asked'));
    const eve = await makePerson(fakeDeps(test.database, { git: { ...deps.git, findBranch } }), 'super_admin');
    expect((await eve.type('app connect shop/api')).tone).toBe('success');
    expect(await branchOf('api')).toBe('release/1');
  });

  it('say when the host does not answer', async () => {
    await ada.type('app create shop/far --repo http://127.0.0.1:9/acme/far --provider gitea');
    expect((await ada.type('app set shop/far branch=next')).text).toBe(
      'Changed `shop/far`. To apply it: `redeploy shop/far`.\nThe branch `next` was not checked. ' +
        '127.0.0.1:9 does not answer. Try again when it is reachable from this host.',
    );
    expect(await branchOf('far')).toBe('next');
  });
});
