import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openClient } from '../../src/cli/open-client.ts';
import { Deployment } from '../../src/entities/deployment.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createToken } from '../../src/usecases/people/api-tokens.ts';
import { listen, type TestServer } from '../handlers/http/server.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../support/factories.ts';
import { consoleOrigin, fakeDeps } from '../support/fakes.ts';
import { makePerson } from '../support/person.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const context = `00-${traceId}-00f067aa0ba902b7-01`;

let db: TestDatabase;
let deps: Deps;
let server: TestServer;
let env: Record<string, string>;

beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database);
  server = await listen(deps);
  const ada = await makePerson(deps, 'developer');
  const token = await createToken(deps, { user: ada.user, name: 'ci', origin: consoleOrigin() });
  env = { SHIPMATE_URL: server.url, SHIPMATE_TOKEN: token };
  const project = await makeProject(db.database, { name: 'shop', owner: ada.user });
  const image = { type: 'docker', sourceType: 'docker', sourceConfig: { image: 'nginx:1' } } as const;
  const application = await makeApplication(db.database, { name: 'api', project, ...image });
  for (const image of ['nginx:0', 'nginx:1']) {
    await makeDeployment(db.database, { application, status: 'success', metadata: { image, ref: image } });
  }
});
afterAll(async () => {
  await server.close();
  await db.close();
});

async function traceOf(line: string, more: Record<string, string>) {
  const client = await openClient({ ...env, ...more });
  const { deploymentId = '' } = await client.run(line);
  const { metadata } = await db.database.asSystem().findOneOrFail(Deployment, deploymentId);
  return { id: deploymentId, trace: metadata.trace };
}

test.each(['deploy shop/api', 'rollback shop/api'])('`%s` in a pipeline goes on with its trace', async (line) => {
  expect((await traceOf(line, { TRACEPARENT: context })).trace).toEqual({ parent: context });
});

test.each([{}, { TRACEPARENT: '' }, { TRACEPARENT: 'nonsense' }, { TRACEPARENT: `${context}\r\nx: y` }])(
  'without one there is none: %j',
  async (more) => {
    expect((await traceOf('deploy shop/api', more)).trace).toBeUndefined();
  },
);

test('the API says under which id a deployment is traced, once it runs', async () => {
  const { id } = await traceOf('deploy shop/api', {});
  const shown = async () => {
    const response = await fetch(`${server.url}/api/deployments/${id}`, {
      headers: { authorization: `Bearer ${env['SHIPMATE_TOKEN']}` },
    });
    return ((await response.json()) as { deployment: { traceId?: string } }).deployment.traceId;
  };
  const store = (span: string) =>
    db.database.asSystem().transactional(async (em) => {
      await em.nativeUpdate(Deployment, { id }, { metadata: { trace: { span } } });
    });
  expect(await shown()).toBeUndefined();
  await store(context);
  expect(await shown()).toBe(traceId);
  await store(context.replace(/1$/, '0'));
  expect(await shown()).toBeUndefined();
});
