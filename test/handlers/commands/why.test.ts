import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Application } from '../../../src/entities/application.ts';
import type { DeploymentFailure } from '../../../src/entities/deployment-failure.ts';
import type { Deployment } from '../../../src/entities/deployment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeGit, fakeSwarm, swarmNode } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

const before = '1111111000000000000000000000000000000000';
const after = '2222222000000000000000000000000000000000';

const failure: DeploymentFailure = {
  errors: ['exited with code 1'],
  exit_code: 1,
  lines: ['Error: STRIPE_KEY is not set', 'started'],
  key_lines: 1,
};

let test: TestDatabase;
let deps: Deps;
let ada: Person;
let application: Application;
let app: string;

beforeAll(async () => {
  test = await createTestDatabase();
  const { swarm } = fakeSwarm();
  swarm.nodes = async () => [swarmNode(), swarmNode({ hostname: 'host-2', state: 'down' })];
  const git = fakeGit();
  git.compare = async () => ({ commits: [], count: 3, dropped: 0 });
  deps = fakeDeps(test.database, { swarm, git });
  ada = await makePerson(deps, 'developer');
});
afterAll(() => test.close());
beforeEach(async () => {
  const project = await makeProject(test.database, { owner: ada.user });
  const sourceConfig = { clone_url: 'https://github.com/acme/api.git', branch: 'main' };
  application = await makeApplication(test.database, { project, sourceConfig, envVars: { STRIPE_URL: 'x' } });
  app = `${project.name}/${application.name}`;
});

async function succeeded(): Promise<void> {
  const startedAt = new Date(Date.now() - 60_000);
  await makeDeployment(test.database, { application, status: 'success', commitSha: before, startedAt });
}

function failed(metadata: Deployment['metadata']): Promise<Deployment> {
  const error = 'The new version did not come up: the variable `STRIPE_KEY` is not set.';
  const startedAt = new Date();
  const row = { application, status: 'failed', commitSha: after, startedAt, completedAt: new Date() } as const;
  return makeDeployment(test.database, { ...row, metadata: { error, ...metadata } });
}

describe('why', () => {
  it('gives the three likeliest causes in order, with what mends each', async () => {
    await succeeded();
    await ada.type(`env unset ${app} STRIPE_URL`);
    await ada.type(`app set ${app} port=4000`);
    const { id } = await failed({ failure });
    const reply = await ada.type(`why ${app}`);
    expect(reply.title).toBe(`Why ${app} 2222222 failed`);
    expect(reply.text).toBe(
      [
        `1. The variable \`STRIPE_KEY\` is not set. Set it: \`env set ${app} STRIPE_KEY --secret\`.`,
        `2. Since the last success, \`STRIPE_URL\` was unset. Set it again: \`env set ${app} STRIPE_URL --secret\`.`,
        `3. Since the last success, the settings \`port\` changed. Compare them: \`app show ${app}\`.`,
      ].join('\n'),
    );
    expect(reply.fields).toEqual([
      {
        name: 'Since the last success',
        value: '3 commits since 1111111\nsettings changed: `port`\nvariables unset: `STRIPE_URL`',
      },
    ]);
    expect(reply.code).toBe('Error: STRIPE_KEY is not set\nstarted');
    expect(await ada.type(`why ${id.slice(0, 8)}`)).toMatchObject({ text: reply.text });
  });

  it('names the commits and the nodes when no rule knows the cause', async () => {
    await succeeded();
    await failed({ failure: { errors: ['exited with code 3'], lines: ['TypeError: no price'], key_lines: 1 } });
    expect((await ada.type(`why ${app}`)).text).toBe(
      [
        `1. \`TypeError: no price\` (exited with code 3). Read its log: \`logs ${app} --build\`.`,
        `2. One of the 3 commits since 1111111, the last success, broke it. Go back while you look: \`rollback ${app}\`.`,
        '3. Node `host-2` is down. See the nodes: `node list`.',
      ].join('\n'),
    );
  });

  it('explains one of an earlier Shipmate by its sentence', async () => {
    await failed({ error: 'Step 3 failed: exit code 1.\nline' });
    expect((await ada.type(`why ${app}`)).text).toBe(
      [
        `1. Step 3 failed: exit code 1. Read its log: \`logs ${app} --build\`.`,
        '2. Node `host-2` is down. See the nodes: `node list`.',
      ].join('\n'),
    );
  });

  it('says that one has not failed', async () => {
    await succeeded();
    expect((await ada.type(`why ${app}`)).text).toMatch(/has not failed: success\.$/);
  });

  it('is only for who sees the deployment', async () => {
    const { id } = await failed({ failure });
    const eve = await makePerson(deps, 'developer');
    expect((await eve.type(`why ${id.slice(0, 8)}`)).text).toContain('There is no deployment');
    expect((await eve.type(`why ${app}`)).code).toBeUndefined();
  });
});
