import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { removeIngress, removeServices } from '../../scripts/support/remove-services.ts';
import { Incident } from '../../src/entities/incident.ts';
import { networkName, serviceName } from '../../src/swarm/names.ts';
import { applicationHost } from '../../src/usecases/applications/application-address.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { reconcileIngress } from '../../src/usecases/ingress/reconcile-ingress.ts';
import { watchServices } from '../../src/usecases/watchers/watch-services.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import { openIngress, visit } from '../support/ingress-fixture.ts';
import { makePerson, type Person } from '../support/person.ts';
import {
  docker,
  ensureBaseImage,
  outcome,
  removeNetwork,
  runningContainers,
  specOf,
  swarmWith,
} from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

const never = new AbortController().signal;
let test: TestDatabase;
let ingress: Awaited<ReturnType<typeof openIngress>>;
let deps: Deps;
let ada: Person;
let app: string;
let service: string;
let network: string;
let host: string;

beforeAll(async () => {
  await ensureBaseImage();
  test = await createTestDatabase();
  ingress = await openIngress();
  const swarm = swarmWith();
  deps = fakeDeps(test.database, { swarm, ingress: ingress.ingress });
  ada = await makePerson(deps, 'developer');
  const project = await makeProject(test.database, { owner: ada.user });
  const ports = [{ container: 8080 }];
  const application = await makeApplication(test.database, { project, status: 'running', dockerConfig: { ports } });
  await makeDeployment(test.database, { application, status: 'success' });
  app = `${project.name}/${application.name}`;
  service = serviceName(project.name, application.name, application.id);
  network = networkName(project.name, project.id);
  host = applicationHost(deps.config, application);
  const program = await readFile(new URL('../fixtures/failing/stops-listening.cjs', import.meta.url), 'utf8');
  const command = ['/usr/local/bin/node', '-e', program];
  const labels = { 'shipmate.application': application.id };
  const spec = specOf(service, network, { docker: { command, stop_grace_period: '2s' }, port: 8080, labels });
  expect(await outcome(swarm.apply(spec, never))).toMatchObject({ state: 'converged' });
  await reconcileIngress(deps);
});

afterAll(async () => {
  await removeIngress(ingress.port);
  await removeServices([service]);
  await removeNetwork(network);
  await test.close();
});

/** Makes the application stop listening, or listen again. */
async function toggle(): Promise<void> {
  const [container = ''] = await runningContainers(service);
  await docker.getContainer(container).kill({ signal: 'SIGUSR2' });
}

const watch = () => watchServices(deps, never, { pauseMs: 1, startMs: 0 });
const incidents = () => test.database.asSystem().find(Incident, {});

it('an application that stops listening is an incident until it listens again', async () => {
  expect(await visit(ingress.port, host)).toEqual({ status: 200, body: 'here' });
  await watch();
  expect(await incidents()).toEqual([]);

  await toggle();
  await until('visitors get 503', async () => (await visit(ingress.port, host)).status === 503);
  await watch();
  const error = 'nothing listens on port 8080; the container listens on no port';
  expect(await incidents()).toMatchObject([{ replicas: 1, running: 0, error, endedAt: null }]);
  const status = await ada.type(`status ${app}`);
  expect(status.data).toMatchObject({ status: 'failed', running: 1, incident: error });
  expect(status.fields?.find(({ name }) => name === 'Incident')?.value).toMatch(new RegExp(`^${error}; found `));

  await toggle();
  await until('visitors are served', async () => (await visit(ingress.port, host)).status === 200);
  await watch();
  expect(await incidents()).toMatchObject([{ endedAt: expect.any(Date) }]);
  expect((await ada.type(`status ${app}`)).data).toMatchObject({ status: 'running', incident: null });
});

it('an ingress that an earlier version made, without the probe, tells nothing', async () => {
  const [container = ''] = await runningContainers(service);
  expect(await ingress.engine.probe(container, ['sockets'], never)).toBeUndefined();
});
