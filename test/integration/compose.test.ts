import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sendGitHubPush } from '../../scripts/support/git-host.ts';
import type { SampleRepository } from '../../scripts/support/sample-repository.ts';
import { servicesOf } from '../../scripts/support/remove-services.ts';
import { labelKeys } from '../../src/swarm/labels.ts';
import { expectEnd, expectSuccess } from '../support/expect-end.ts';
import { bodyAt } from '../support/ingress-fixture.ts';
import { type ComposeStage, openComposeStage } from '../support/compose-stage.ts';
import { patientCheck } from '../support/patient-check.ts';
import type { DeploymentRow, RunningShipmate } from '../support/shipmate.ts';
import { docker } from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

let stage: ComposeStage;
let shipmate: RunningShipmate;
let repository: SampleRepository;
let app: string;
let id: string;
let secret: string;
let head: string | undefined;
let first: string;

beforeAll(async () => {
  stage = await openComposeStage('stack', '--service web --port 8080');
  ({ app, id, repository, secret, shipmate } = stage);
  await writeFile(join(repository.path, 'server.js'), server);
  await writeFile(join(repository.path, 'health.js'), patientCheck('http://127.0.0.1:8080/healthz'));
  await shipmate.command(`env set ${app} BASE=${stage.base}`);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

/** Answers with its version and with what its neighbour says, by the name of the compose file. */
const server = `
const { existsSync, readFileSync } = require('node:fs');
const version = readFileSync('/app/VERSION', 'utf8').trim();
const broken = existsSync('/app/broken');
require('node:http').createServer(async (request, response) => {
  if (request.url === '/healthz') return response.writeHead(broken ? 500 : 200).end();
  const store = await fetch('http://store:8080').then((answer) => answer.text(), String);
  response.end(JSON.stringify({ version, store }));
}).listen(8080);
process.on('SIGTERM', () => process.exit(0));
`;

const work = `["node", "-e", "setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit())"]`;
const cache = `
  cache:
    image: \${BASE}
    command: ${work}
    networks: [default, back]
`;

const steady = { command: work, monitor: '1s' };
/** Swarm watches it for as long as Node may take to start on a busy machine. */
const crashing = { command: '["node", "-e", "console.log(\'no queue\'); process.exit(3)"]', monitor: '60s' };

/** Store keeps its image, web and worker are built. */
function composeFile(more: string, worker: typeof steady): string {
  return `
x-built: &built
  build: { context: ., args: { BASE: "\${BASE:?}" } }
services:
  web:
    <<: *built
    depends_on: { store: { condition: service_healthy } }
    healthcheck: { test: [CMD, node, /app/health.js], interval: 300ms, timeout: 2m, retries: 2 }
  worker:
    <<: *built
    command: ${worker.command}
    healthcheck: { disable: true }
    deploy: { update_config: { monitor: ${worker.monitor} } }
    depends_on: [web]
  store:
    image: \${BASE}
    command: [node, -e, "require('http').createServer((q, r) => r.end('kept')).listen(8080); process.on('SIGTERM', () => process.exit())"]
    healthcheck: { test: ${JSON.stringify(['CMD', 'node', '-e', patientCheck('http://127.0.0.1:8080')])}, interval: 300ms, timeout: 2m, retries: 1 }
    volumes: ["data:/data"]
${more}
volumes: { data: }
networks: { back: }
`;
}

async function push(version: string, { more = '', broken = false, worker = steady } = {}): Promise<DeploymentRow> {
  await writeFile(join(repository.path, 'compose.yaml'), composeFile(more, worker));
  const before = head;
  head = await repository.commit(version, { broken });
  const { body } = await sendGitHubPush({
    url: `${shipmate.url}/webhooks/github`,
    secret,
    repository: 'acme/stack',
    branch: 'main',
    before,
    after: head,
    message: `Version ${version}`,
  });
  const [deployment] = (body as { deployments: { id: string }[] }).deployments;
  return shipmate.deploymentEnds(deployment?.id ?? '');
}

async function answer(): Promise<string> {
  return bodyAt(shipmate.ingressPort, `stack.${shipmate.project}.localhost`);
}

async function deployedServices(): Promise<Record<string, { id: string; replicas: number; task: unknown }>> {
  const services = await docker.listServices({ filters: { label: [`${labelKeys.application}=${id}`] } });
  return Object.fromEntries(
    services.map(({ ID, Spec }) => [
      String(Spec?.Labels?.[labelKeys.stackService]),
      { id: ID, replicas: Number(Spec?.Mode?.Replicated?.Replicas), task: Spec?.TaskTemplate },
    ]),
  );
}

/** Of the application alone. */
async function networks(): Promise<string[]> {
  const found = await docker.listNetworks({ filters: { label: [`${labelKeys.application}=${id}`] } });
  return found.map(({ Name }) => Name.replace(/^.*-(\w+)-net.*$/, '$1')).sort();
}

async function storeContainers(): Promise<string[]> {
  const { store } = await deployedServices();
  const filters = { label: [`com.docker.swarm.service.id=${store?.id}`] };
  return (await docker.listContainers({ filters })).map(({ Id }) => Id);
}

describe('a compose application', () => {
  it('is there when all its services are, and they know each other by their names', async () => {
    const end = await push('1', { more: cache });
    first = end.id;
    expect(expectSuccess(end)).toMatchObject({ metadata: { trigger: 'push' } });
    expect(Object.keys(end.metadata.images ?? {}).sort()).toEqual(['cache', 'store', 'web', 'worker']);
    expect(await networks()).toEqual(['back', 'default']);
    const log = end.logs ?? '';
    expect(log.indexOf('store: rolling out')).toBeLessThan(log.indexOf('web: rolling out'));
    expect(log.indexOf('web: rolling out')).toBeLessThan(log.indexOf('worker: rolling out'));
    await until('an answer', async () => (await answer()) === '{"version":"1","store":"kept"}');
    expect((await shipmate.command(`status ${app}`)).fields).toContainEqual({
      name: 'Tasks',
      value: 'cache 1 of 1, store 1 of 1, web 1 of 1, worker 1 of 1 running',
    });
    expect((await shipmate.command('volume list')).data).toMatchObject([{ application: app, mountPath: '/data' }]);
  });

  it('goes back as a whole when one service is broken, and the stack before serves on', async () => {
    const before = await deployedServices();
    const containers = await storeContainers();
    const end = await push('2', { worker: crashing });
    expectEnd(end, 'rolled_back');
    expect(end.metadata.error).toMatch(
      /^`worker` did not stay healthy: .*All services are back on the previous version/,
    );
    expect(end.logs).toContain('worker:   no queue');
    expect(await deployedServices()).toEqual(before);
    expect(await storeContainers()).toEqual(containers);
    await until('an answer', async () => (await answer()) === '{"version":"1","store":"kept"}');
  });

  it('removes what a newer file no longer has, and keeps what did not change', async () => {
    const containers = await storeContainers();
    expectSuccess(await push('3'));
    expect(Object.keys(await deployedServices()).sort()).toEqual(['store', 'web', 'worker']);
    expect(await networks()).toEqual(['default']);
    expect(await storeContainers()).toEqual(containers);
    await until('an answer', async () => (await answer()) === '{"version":"3","store":"kept"}');
  });

  it('goes back to an earlier version of file and images, without building', async () => {
    const { data } = await shipmate.command(`rollback ${app} ${first}`);
    const end = await shipmate.deploymentEnds((data as { deployment: { id: string } }).deployment.id);
    expect(expectSuccess(end)).toMatchObject({ metadata: { rollback_of: first } });
    expect(end.metadata.images).toEqual((await shipmate.deployment(first)).metadata.images);
    expect(end.metadata.durations).not.toHaveProperty('build');
    expect(Object.keys(await deployedServices()).sort()).toEqual(['cache', 'store', 'web', 'worker']);
    await until('an answer', async () => (await answer()) === '{"version":"1","store":"kept"}');
  });

  it('is scaled by service, stopped and started', async () => {
    expect(await shipmate.command(`scale ${app} 2 --service worker`)).toMatchObject({ tone: 'success' });
    expect(await shipmate.command(`stop ${app}`)).toMatchObject({ tone: 'success', data: { running: 0 } });
    expect(await shipmate.command(`start ${app}`)).toMatchObject({ tone: 'success', data: { running: 5 } });
    expect((await deployedServices())['worker']).toMatchObject({ replicas: 2 });
  });

  it('fails with everything that is wrong in its file, and nothing is touched', async () => {
    const before = await deployedServices();
    const end = await push('4', { more: '    privileged: true\n    ports: ["80/sctp"]' });
    expectEnd(end, 'failed');
    expect(end.metadata.error).toMatch(
      /^`compose.yaml` cannot be deployed.\nline \d+: services.store.privileged is not/,
    );
    expect(end.metadata.error).toContain('services.store.ports[0].protocol: only tcp and udp are supported');
    expect(await deployedServices()).toEqual(before);
  });

  it('leaves nothing on Swarm when it is archived, but its data', async () => {
    await shipmate.command(`app archive ${app}`);
    expect(await servicesOf(id)).toEqual([]);
    const filters = { label: [`${labelKeys.application}=${id}`] };
    expect(await docker.listNetworks({ filters })).toEqual([]);
    expect((await docker.listVolumes({ filters: JSON.stringify(filters) })).Volumes).toHaveLength(1);
  });
});
