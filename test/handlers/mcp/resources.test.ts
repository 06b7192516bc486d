import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeploymentLog } from '../../../src/entities/deployment-log.ts';
import type { Deployment } from '../../../src/entities/deployment.ts';
import { Deployment as DeploymentRow } from '../../../src/entities/deployment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createToken } from '../../../src/usecases/people/api-tokens.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { connectClient, type TestClient } from '../../support/mcp-client.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { listen, type TestServer } from '../http/server.ts';

let test: TestDatabase;
let deps: Deps;
let server: TestServer;
let ada: Person;
let failed: Deployment;
let assistant: TestClient;
let stranger: TestClient;

beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database);
  server = await listen(deps);
  ada = await makePerson(deps, 'developer');
  const eve = await makePerson(deps, 'developer');
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user });
  const application = await makeApplication(test.database, {
    name: 'api',
    project,
    sourceConfig: { clone_url: 'https://github.com/acme/api.git', repository: 'acme/api' },
  });
  failed = await makeDeployment(test.database, {
    application,
    status: 'failed',
    metadata: { error: 'The build failed.' },
    completedAt: new Date(),
  });
  await test.database.asSystem().transactional(async (em) => {
    const of = em.getReference(DeploymentRow, failed.id);
    for (let at = 0; at < 300; at += 1)
      em.create(DeploymentLog, { deployment: of, level: 'info', message: `line ${at}` });
  });
  const connect = async ({ user, origin }: Person) =>
    connectClient(server.url, {
      token: await createToken(deps, { user, name: 'claude', mcp: 'write', origin }),
      modern: true,
    });
  assistant = await connect(ada);
  stranger = await connect(eve);
});
afterAll(async () => {
  await server.close();
  await test.close();
});

async function read(uri: string, { client }: TestClient = assistant): Promise<string> {
  const { contents } = await client.readResource({ uri });
  return contents.map((one) => ('text' in one ? one.text : '')).join('');
}

describe('a resource', () => {
  it('is listed with what the person sees', async () => {
    const { resources } = await assistant.client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual([
      'shipmate://applications',
      'shipmate://help',
      `shipmate://deployments/${failed.id}`,
    ]);
    expect((await stranger.client.listResources()).resources).toHaveLength(2);
    const { resourceTemplates } = await assistant.client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'shipmate://applications/{project}/{application}',
      'shipmate://deployments/{deployment}',
      'shipmate://deployments/{deployment}/log',
      'shipmate://help/{command}',
    ]);
  });

  it('says what the command says', async () => {
    expect(await read('shipmate://applications')).toContain('shop/api');
    expect(await read('shipmate://applications/shop/api')).toContain('shop/api');
    expect(await read(`shipmate://deployments/${failed.id.slice(0, 8)}`)).toContain('The build failed.');
    expect(await read('shipmate://help/app%20create')).toContain('app create');
  });

  it('is the end of a log', async () => {
    const log = await read(`shipmate://deployments/${failed.id}/log`);
    expect(log).toContain('\nline 100\n');
    expect(log).not.toContain('line 99\n');
    expect(log).toContain('\nline 299\n');
  });

  it.each([
    ['of somebody else', () => `shipmate://deployments/${failed.id}`, 'There is no deployment'],
    ['of an application of somebody else', () => 'shipmate://applications/shop/api', 'shop/api'],
    ['that is none', () => 'shipmate://secrets/shop', 'shipmate://secrets/shop'],
    ['of another server', () => 'file:///etc/passwd', 'file:///etc/passwd'],
    ['with an address that cannot be read', () => 'shipmate://help/%ff', 'shipmate://help/%ff'],
  ])('%s is refused', async (_what, uri, sentence) => {
    await expect(read(uri(), stranger)).rejects.toThrow(sentence);
  });
});

describe('an argument', () => {
  const complete = async (name: string, value: string, given: Record<string, string> = {}) => {
    const { completion } = await assistant.client.complete({
      ref: { type: 'ref/resource', uri: 'shipmate://applications/{project}/{application}' },
      argument: { name, value },
      context: { arguments: given },
    });
    return completion.values;
  };

  it('is completed from what the person sees', async () => {
    expect(await complete('project', 's')).toEqual(['shop']);
    expect(await complete('application', 'A', { project: 'shop' })).toEqual(['api']);
    expect(await complete('application', '', { project: 'other' })).toEqual([]);
    expect(await complete('deployment', '')).toEqual([failed.id.slice(0, 8)]);
    const { completion } = await stranger.client.complete({
      ref: { type: 'ref/prompt', name: 'deploy' },
      argument: { name: 'application', value: '' },
    });
    expect(completion.values).toEqual([]);
  });
});

describe('a prompt', () => {
  const textOf = async (name: string, given: Record<string, string>) =>
    JSON.stringify((await assistant.client.getPrompt({ name, arguments: given })).messages);

  it('is one of three', async () => {
    const { prompts } = await assistant.client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(['deploy', 'why', 'review-failed-deployment']);
  });

  it('holds what there is to know', async () => {
    expect(await textOf('deploy', { application: 'shop/api', ref: 'main' })).toContain('Deploy `shop/api` at `main`');
    expect(await textOf('why', { application: 'shop/api' })).toContain('Above is what Shipmate found out.');
    const review = await textOf('review-failed-deployment', { deployment: failed.id });
    expect(review).toContain('The build failed.');
    expect(review).toContain('line 299');
  });

  it('needs its arguments', async () => {
    await expect(textOf('deploy', {})).rejects.toThrow('`deploy` needs `application`: e.g. `shop/api`.');
    await expect(textOf('sing', {})).rejects.toThrow('There is no prompt `sing`.');
  });
});
