import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { Git } from '../../../src/git/git.ts';
import { makeProject } from '../../support/factories.ts';
import { fakeGit } from '../../support/fakes.ts';
import { countStatements } from '../../support/statements.ts';
import { pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { type Connected, openStage, type Stage } from './stage.ts';

const applications = 200;
const asked: string[] = [];
let changed: string[] = [];
const git: Git = {
  ...fakeGit(),
  async changedPaths(_remote, from, to) {
    asked.push(`${from.slice(0, 1)}..${to.slice(0, 1)}`);
    return changed;
  },
  async resolve() {
    asked.push('head');
    return { commit: shaOf('c'), kind: 'branch' };
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
    deployed: (answer.body['deployments'] as unknown[]).length,
    reads: statements.count('from git_sources s join applications a'),
    transactions: statements.count('accept_deliveries('),
    single: statements.count('insert into deployments'),
  };
}

describe(`a push that feeds ${applications} applications`, () => {
  it('is one plan and one transaction when its paths reach all of them', async () => {
    const paths = Array.from({ length: applications }, (_, at) => `services/${at}/index.ts`);
    expect(await push(shaOf('a'), shaOf('b'), paths)).toEqual({
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
    expect(await push(shaOf('b'), shaOf('c'), ['README.md'])).toEqual({
      deployed: applications / 2 + 1,
      // What is remembered refuses nothing: it is read again.
      reads: 2,
      transactions: 1,
      single: 0,
    });
    expect(asked).toEqual(['b..c']);
  });
});
