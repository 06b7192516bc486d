import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Application } from '../../../src/entities/application.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { followDeployment } from '../../../src/handlers/mcp/follow-deployment.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createToken } from '../../../src/usecases/people/api-tokens.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeGit } from '../../support/fakes.ts';
import { connectClient, patient, type TestClient } from '../../support/mcp-client.ts';
import { makePerson } from '../../support/person.ts';
import { listen, type TestServer } from '../http/server.ts';

const commit = '3f2c1ab000000000000000000000000000000000';

let test: TestDatabase;
let deps: Deps;
let server: TestServer;
let assistant: TestClient;
let application: Application;
const system = () => test.database.asSystem();

beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database, { git: fakeGit({ main: commit }) });
  server = await listen(deps);
  const ada = await makePerson(deps, 'admin');
  const project = await makeProject(test.database, { name: 'shop', owner: ada.user });
  const sourceConfig = { clone_url: 'https://github.com/acme/api.git', branch: 'main' };
  application = await makeApplication(test.database, { name: 'api', project, sourceConfig });
  const token = await createToken(deps, { user: ada.user, name: 'claude', mcp: 'write', origin: ada.origin });
  assistant = await connectClient(server.url, { token });
});
beforeEach(async () => {
  await system().nativeDelete(Deployment, {});
});
afterAll(async () => {
  await server.close();
  await test.close();
});

type Change = Pick<Deployment, 'status' | 'metadata'>;
const cloning: Change = { status: 'building', metadata: { ref: 'main', progress: { phase: 'cloning' } } };
const rolling: Change = {
  status: 'deploying',
  metadata: { ref: 'main', progress: { phase: 'rolling_out', desired: 1 } },
};
const done: Change = { status: 'success', metadata: { ref: 'main', duration_seconds: 42 } };
const broken: Change = { status: 'failed', metadata: { ref: 'main', error: 'The build failed.' } };

/** Deploys; each change is made once the assistant was told of the one before. */
async function deployed(changes: Change[]) {
  const told = new Set<string>();
  const made: Promise<unknown>[] = [];
  const onprogress = ({ message = '' }: { message?: string | undefined }) => {
    const next = told.has(message) ? undefined : changes.shift();
    told.add(message);
    if (next) made.push(system().nativeUpdate(Deployment, { application: application.id }, next));
  };
  const asked = { name: 'deploy', arguments: { app: 'shop/api' } };
  const { content, isError, structuredContent } = await assistant.client.callTool(asked, { ...patient, onprogress });
  await Promise.all(made);
  return {
    told: [...told],
    isError,
    text: JSON.stringify(content),
    data: (structuredContent as { result?: unknown } | undefined)?.result,
  };
}

describe('an assistant that wants to be told', () => {
  it('follows a deployment to its end', async () => {
    expect(await deployed([cloning, rolling, done])).toEqual({
      told: ['shop/api: queued', 'shop/api: cloning', 'shop/api: rolling out (0/1 task healthy)'],
      isError: undefined,
      text: expect.stringContaining('done in 42 s'),
      data: expect.objectContaining({
        application: 'shop/api',
        deployment: expect.objectContaining({ status: 'success', commit }) as unknown,
      }),
    });
  });

  it('learns why it failed', async () => {
    expect(await deployed([broken])).toMatchObject({
      told: ['shop/api: queued'],
      isError: true,
      text: expect.stringContaining('The build failed.') as unknown,
      data: { deployment: { status: 'failed' } },
    });
  });
});

it('an assistant that wants not to be told is answered at once', async () => {
  expect(await assistant.call('deploy', { app: 'shop/api' })).toMatchObject({
    isError: false,
    text: expect.stringContaining('Deploying `shop/api` 3f2c1ab') as unknown,
    data: { deployment: { status: 'pending' } },
  });
});

describe('a deployment goes on', () => {
  async function followed(change: Partial<Deployment>, { toTheEnd = true, waitMs = 600_000 } = {}) {
    const { id } = await makeDeployment(test.database, { application, ...change });
    const begun: Reply = { tone: 'info', text: 'Deploying.', deploymentId: id };
    const leaving = new AbortController();
    const told: string[] = [];
    const tell = async (message: string) => {
      told.push(message);
      leaving.abort();
    };
    const reply = await followDeployment(deps, begun, { signal: leaving.signal, toTheEnd, waitMs, tell });
    return { told, isBegun: reply === begun };
  }

  it.each([
    ['whose assistant leaves', cloning, {}, ['shop/api: cloning']],
    ['whose assistant is told nothing', cloning, { toTheEnd: false }, []],
    ['that takes longer than the call', cloning, { waitMs: 0 }, []],
    [
      'that waits for a person',
      {
        status: 'pending',
        metadata: { approval: { state: 'waiting', expires_at: '2030-01-01T00:00:00Z' } },
      } satisfies Change,
      {},
      [],
    ],
  ])('%s', async (_what, change, waiting, told) => {
    expect(await followed(change, waiting)).toEqual({ told, isBegun: true });
  });
});
