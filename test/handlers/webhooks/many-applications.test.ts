import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { Application } from '../../../src/entities/application.ts';
import { DeployLock } from '../../../src/entities/deploy-lock.ts';
import { FreezeWindow } from '../../../src/entities/freeze-window.ts';
import type { Git } from '../../../src/git/git.ts';
import { makeProject } from '../../support/factories.ts';
import { fakeGit } from '../../support/fakes.ts';
import { countStatements } from '../../support/statements.ts';
import { pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { type Connected, openStage, type Stage } from './stage.ts';

const applications = 200;
const asked: string[] = [];
let changed: string[] | undefined = [];
let head = shaOf('c');
const git: Git = {
  ...fakeGit(),
  async changedPaths(_remote, from, to) {
    asked.push(`${from.slice(0, 1)}..${to.slice(0, 1)}`);
    return changed;
  },
  async resolve() {
    asked.push('head');
    return { commit: head, kind: 'branch' };
  },
};

let stage: Stage;
let connected: Connected[];
beforeAll(async () => {
  stage = await openStage({ git });
  const project = await makeProject(stage.database.database);
  const repository = 'acme/monorepo';
  const [all, some] = [{}, (at: number) => ({ watch_paths: [`services/${at}/**`] })];
  connected = [];
  for (let at = 0; at < applications; at += 1) {
    const source = at < applications / 2 ? all : some(at);
    connected.push(await stage.connect('gitlab', { repository, project, source, deployed: shaOf('a') }));
  }
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(() => stage.close());

async function push(before: string, after: string, paths: string[]) {
  const [first] = connected;
  if (!first) throw new Error('no application');
  const commits = [{ message: 'Sell apples', paths }];
  const payload = pushPayload.gitlab({ repository: first.repository, ref: 'refs/heads/main', before, after, commits });
  using statements = countStatements();
  const answer = await stage.send('gitlab', signedDelivery('gitlab', payload, first.secret));
  return {
    answer,
    deployed: (answer.body['deployments'] as unknown[]).length,
    reads: statements.count('from git_sources s join applications a'),
    transactions: statements.count('accept_deliveries('),
    single: statements.count('insert into deployments'),
  };
}

async function succeed(): Promise<void> {
  await executeSql(stage.database.database.asSystem(), `update deployments set status = 'success'`);
}

describe(`a push that feeds ${applications} applications`, () => {
  it('is one plan and one transaction when its paths reach all of them', async () => {
    const paths = Array.from({ length: applications }, (_, at) => `services/${at}/index.ts`);
    expect(await push(shaOf('a'), shaOf('b'), paths)).toMatchObject({
      deployed: applications,
      reads: 1,
      transactions: 1,
      single: 0,
    });
    expect(asked).toEqual([]);
  });

  it('asks git once about those whose paths it does not name', async () => {
    await executeSql(stage.database.database.asSystem(), `update deployments set status = 'success'`);
    await executeSql(stage.database.database.asSystem(), 'update git_sources set commit_sha = $1', [shaOf('b')]);
    changed = ['services/150/index.ts'];
    expect(await push(shaOf('b'), shaOf('c'), ['README.md'])).toMatchObject({
      deployed: applications / 2 + 1,
      // What is remembered refuses nothing: it is read again.
      reads: 2,
      transactions: 1,
      single: 0,
    });
    expect(asked).toEqual(['b..c']);
  });

  it('reads once what each of them has, when a push before it concerned some of them only', async () => {
    await succeed();
    changed = ['services/150/index.ts', 'services/151/index.ts'];
    head = shaOf('d');
    expect(await push(shaOf('c'), head, ['services/151/index.ts'])).toMatchObject({
      deployed: applications / 2 + 2,
      transactions: 1,
      single: 0,
    });
  });

  it('looks at those by themselves that are held back or wait for somebody, and at no other', async () => {
    const [locked, guarded] = connected;
    if (!locked || !guarded) throw new Error('no applications');
    await succeed();
    const db = stage.database.database.asSystem();
    // A planned freeze that does not hold now is no reason to look at each.
    const inHalfAYear = ((new Date().getUTCMonth() + 6) % 12) + 1;
    db.create(FreezeWindow, { project: guarded.project.id, starts: `0 0 1 ${inHalfAYear} *`, durationMinutes: 60 });
    const lock = { application: locked.id, holder: 'ada (slack)', reason: 'the migration runs' };
    const { id } = db.create(DeployLock, lock);
    await db.flush();
    await db.nativeUpdate(
      Application,
      { id: guarded.id },
      { sourceConfig: { clone_url: '/srv/repository', protected: true } },
    );
    head = shaOf('e');
    changed = undefined;
    const { answer, reads: _reads, ...counts } = await push(shaOf('d'), head, ['README.md']);
    expect(counts).toEqual({ deployed: applications - 1, transactions: 1, single: 1 });
    expect(answer.body['held']).toEqual([expect.stringContaining(`\`${locked.name}\` is locked by ada (slack)`)]);
    const { rows } = await executeSql<{ notes: number }>(
      db,
      `select count(*)::int as notes from deployment_logs l join deployments d on d.id = l.deployment_id
       where d.commit_sha = $1 and l.message like 'Could not determine which paths changed%'`,
      [head],
    );
    expect(rows).toEqual([{ notes: applications / 2 }]);
    await db.nativeDelete(DeployLock, { id });
  });
});
