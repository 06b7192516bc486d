import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AssistantRequest } from '../../../src/entities/assistant-request.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { Project } from '../../../src/entities/project.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createToken } from '../../../src/usecases/people/api-tokens.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeGit } from '../../support/fakes.ts';
import { connectClient, patient, type TestClient } from '../../support/mcp-client.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { listen, type TestServer } from '../http/server.ts';

const commit = '3f2c1ab000000000000000000000000000000000';
const deploy = { name: 'deploy', arguments: { app: 'shop/api' } };

let test: TestDatabase;
let deps: Deps;
let server: TestServer;
let ada: Person;
let token: string;
/** Waits for people and deployments. */
let assistant: TestClient;
/** Waits for nobody. */
let hasty: TestClient;
const system = () => test.database.asSystem();

beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database, { git: fakeGit({ main: commit }) });
  server = await listen(deps);
  ada = await makePerson(deps, 'developer');
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user });
  const sourceConfig = { clone_url: 'https://github.com/acme/api.git', branch: 'main' };
  await makeApplication(test.database, { name: 'api', project, sourceConfig });
  token = await createToken(deps, { user: ada.user, name: 'claude', mcp: 'ask', origin: ada.origin });
  assistant = await connectClient(server.url, { token });
  hasty = await connectClient(server.url, { token, query: '?wait=0' });
});
beforeEach(async () => {
  await system().nativeDelete(AssistantRequest, {});
  await system().nativeDelete(Deployment, {});
});
afterAll(async () => {
  await server.close();
  await test.close();
});

type Change = Pick<Deployment, 'status' | 'metadata'>;
const cloning: Change = { status: 'building', metadata: { ref: 'main', progress: { phase: 'cloning' } } };
const done: Change = { status: 'success', metadata: { ref: 'main', duration_seconds: 42 } };
const broken: Change = { status: 'failed', metadata: { ref: 'main', error: 'The build failed.' } };

const change = (to: Change) => system().nativeUpdate(Deployment, {}, to);

/** A request to deploy, which nobody has decided. */
async function asked(): Promise<string> {
  const { data } = await hasty.call('deploy', { app: 'shop/api' });
  return (data as { request: string }).request.slice(0, 8);
}

async function approved(): Promise<string> {
  const request = await asked();
  expect((await ada.type(`approve ${request}`)).tone).not.toBe('danger');
  return request;
}

type Then = [said: RegExp, act: (said: string) => unknown];

/** Calls, and does what is to be done once the assistant is told something. */
async function told(call: Parameters<TestClient['client']['callTool']>[0], ...then: Then[]) {
  const said: string[] = [];
  const doing: unknown[] = [];
  const numbers: number[] = [];
  const onprogress = ({ message = '', progress }: { message?: string | undefined; progress: number }) => {
    numbers.push(progress);
    if (said.includes(message)) return;
    said.push(message);
    doing.push(...then.filter(([words]) => words.test(message)).map(([, act]) => act(message)));
  };
  const { content, isError, structuredContent } = await assistant.client.callTool(call, { ...patient, onprogress });
  await Promise.all(doing);
  expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  const { result } = (structuredContent ?? {}) as { result?: unknown };
  return { said, isError: isError ?? false, text: JSON.stringify(content), data: result };
}

const approve: Then = [/^Waiting/, async (said) => ada.type(/approve [\da-f]{8}/.exec(said)?.[0] ?? '')];
const once = (said: RegExp, to: Change): Then => [said, async () => change(to)];

describe('an assistant that asks, and wants to be told', () => {
  it('waits for the person, and then follows the deployment to its end', async () => {
    const { said, ...answer } = await told(deploy, approve, once(/queued$/, cloning), once(/cloning$/, done));
    expect(said.slice(-2)).toEqual(['shop/api: queued', 'shop/api: cloning']);
    expect(said[0]).toMatch(/^Waiting for a person to type `approve [\da-f]{8}` or `deny [\da-f]{8}`\.$/);
    expect(answer).toEqual({
      isError: false,
      text: expect.stringContaining('done in 42 s'),
      data: expect.objectContaining({
        application: 'shop/api',
        deployment: expect.objectContaining({ status: 'success', commit }) as unknown,
      }),
    });
  });

  it('learns why it failed', async () => {
    expect(await told(deploy, approve, once(/queued$/, broken))).toMatchObject({
      isError: true,
      text: expect.stringContaining('The build failed.') as unknown,
      data: { deployment: { status: 'failed' } },
    });
  });

  it('learns at once that a person has denied it', async () => {
    const deny = async (said: string) => ada.type(`${/deny [\da-f]{8}/.exec(said)?.[0]} not on a Friday`);
    expect(await told(deploy, [/^Waiting/, deny])).toMatchObject({
      isError: true,
      text: expect.stringContaining('A person denied `deploy shop/api`: not on a Friday.') as unknown,
    });
  });
});

describe('an assistant that asks again', () => {
  it('needs no id, as a client that gave up waiting has none', async () => {
    expect(await hasty.call('approval_result')).toMatchObject({
      isError: true,
      text: 'Nothing was asked for yet. Call the tool of a command.',
    });
    await approved();
    await change(done);
    const other = await createToken(deps, { user: ada.user, name: 'other', mcp: 'ask', origin: ada.origin });
    const stranger = await connectClient(server.url, { token: other, query: '?wait=0' });
    expect(await stranger.call('approval_result')).toMatchObject({ isError: true });
    expect((await hasty.call('approval_result')).text).toContain('done in 42 s');
  });

  it('waits for the end, told or not', async () => {
    const request = await approved();
    const answer = assistant.call('approval_result', { request });
    await change(done);
    expect(await answer).toMatchObject({
      isError: false,
      text: expect.stringContaining('done in 42 s') as unknown,
      data: { deployment: { status: 'success' } },
    });
    const again = { name: 'approval_result', arguments: { request } };
    await change(cloning);
    const { said, text } = await told(again, once(/cloning$/, done));
    expect(said).toEqual(['shop/api: cloning']);
    expect(text).toContain('done in 42 s');
  });

  it('learns how far it is where the time is up, and how to learn the end', async () => {
    const request = await approved();
    await change(cloning);
    expect(await hasty.call('approval_result', { request })).toMatchObject({
      isError: false,
      text: expect.stringMatching(
        new RegExp(
          `^Deploying \`shop/api\` 3f2c1ab[^]*\nNow shop/api: cloning\\. \`approval_result\` with the id \`${request}\` tells how it ends\\.$`,
        ),
      ) as unknown,
      data: { application: 'shop/api', deployment: { status: 'building' } },
    });
    await change(broken);
    expect(await hasty.call('approval_result', { request })).toMatchObject({
      isError: true,
      text: expect.stringContaining('The build failed.') as unknown,
    });
  });

  it('learns no more than that it began once its person may not see it', async () => {
    const request = await approved();
    await change(done);
    const { user } = await makePerson(deps, 'admin');
    await system().nativeUpdate(Project, {}, { owner: user.id });
    const { text } = await hasty.call('approval_result', { request });
    await system().nativeUpdate(Project, {}, { owner: ada.user.id });
    expect(text).toContain('Deploying `shop/api` 3f2c1ab');
    expect(text).not.toContain('done in');
  });
});
