import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { servicesOf } from '../../scripts/support/remove-services.ts';
import { createCutProxy, type CutProxy } from '../support/cut-proxy.ts';
import { programsFolder } from '../../scripts/support/ingress-image.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { createHeldProgram, type HeldProgram } from '../support/held-program.ts';
import { countBuildSteps } from '../support/build-steps.ts';
import { visit } from '../support/ingress-fixture.ts';
import { type HeldRegistry, registryLogin, startHeldRegistry } from '../support/registry.ts';
import { whoShows } from '../support/running-processes.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { docker, runningContainers } from '../support/swarm-fixture.ts';
import { createTestApp, letGo, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const phases = ['routing', 'rolling', 'pushing', 'building', 'cloning', 'queued'] as const;
type Phase = (typeof phases)[number];

let postgres: CutProxy;
let engine: CutProxy;
let git: HeldProgram;
let registry: HeldRegistry;
/** Of the ingress's proxy, known last; stopped, it takes connections and answers nobody. */
let caddy: { container: string; pid: number } | undefined;
let shipmate: RunningShipmate;
const apps = {} as Record<Phase, TestApp>;
const opened = new AsyncDisposableStack();
let version = 0;

beforeAll(async () => {
  const server = new URL(process.env['SHIPMATE_TEST_POSTGRES'] ?? '');
  [postgres, engine, git, registry] = await Promise.all([
    createCutProxy({ host: server.hostname, port: Number(server.port) }),
    createCutProxy({ path: '/var/run/docker.sock' }),
    createHeldProgram('git', programsFolder),
    startHeldRegistry(),
  ]);
  for (const each of [postgres, engine, git, registry]) opened.use(each);
  const env = {
    PATH: git.path,
    DOCKER_HOST: `unix://${engine.path}`,
    SHIPMATE_REGISTRY: `${registry.address}/team`,
    SHIPMATE_REGISTRY_USERNAME: registryLogin.username,
    SHIPMATE_REGISTRY_PASSWORD: registryLogin.password,
    SHIPMATE_CONCURRENCY: String(phases.length - 1),
    SHIPMATE_STOP_GRACE: '1s',
  };
  shipmate = opened.use(await openShipmate({ env, postgresPort: postgres.port }));
  for (const phase of phases) await addApp(phase);
  // It brings the ingress.
  expectSuccess(await shipmate.deploymentEnds(await apps.queued.push('0')));
  const container = await until('the ingress', async () => {
    const [id] = await runningContainers(`shipmate-ingress-${shipmate.ingressPort}`);
    return id;
  });
  const { State } = await docker.getContainer(container).inspect();
  caddy = { container, pid: State.Pid };
});

afterEach(async () => {
  // A set-up that failed has held nothing.
  if (caddy) await Promise.all([letEverythingGo(), postgres.restore(), engine.restore()]);
});

afterAll(() => opened.disposeAsync());

async function addApp(phase: Phase, name: string = phase): Promise<void> {
  apps[phase] = opened.use(await createTestApp(shipmate, { name, settings: '--port 8080' }));
}

function proxy(): NonNullable<typeof caddy> {
  if (!caddy) throw new Error('the set-up did not come as far as the ingress: its own failure says why');
  return caddy;
}

async function letEverythingGo(): Promise<void> {
  process.kill(proxy().pid, 'SIGCONT');
  registry.release();
  await git.release();
}

/** One deployment in each phase, which stays in it. */
async function inEveryPhase(): Promise<Record<Phase, string>> {
  version += 1;
  // The ingress is only told of what is new.
  await addApp('routing', `routing-${version}`);
  process.kill(proxy().pid, 'SIGSTOP');
  const [rolling, building, routing] = await Promise.all([
    apps.rolling.push(String(version), { held: 'server' }),
    apps.building.push(String(version), { held: 'build' }),
    apps.routing.push(String(version)),
  ]);
  await until('the build', async () => (await countBuildSteps(apps.building.id)) === 1);
  await until('the roll-out', async () => {
    const [service = ''] = await servicesOf(apps.rolling.id);
    return service && (await docker.getService(service).inspect()).Spec.Labels['shipmate.deployment'] === rolling;
  });
  await shipmate.deploymentIs(routing, 'is watched', (row) => row.metadata.progress?.phase === 'watching');
  await until('the ingress is told', async () => {
    const { Processes } = (await docker.getContainer(proxy().container).top()) as { Processes: string[][] };
    return Processes.some((columns) => columns.join(' ').includes('caddy reload'));
  });
  registry.hold();
  const pushing = await apps.pushing.push(String(version));
  await until('the push', () => registry.isWaiting());
  expect((await shipmate.deployment(pushing)).metadata.progress?.phase).toBe('pushing');
  await git.hold();
  const cloning = await apps.cloning.push(String(version));
  await until('the clone', () => git.isWaiting());
  const queued = await apps.queued.push(String(version));
  expect((await shipmate.deployment(queued)).status).toBe('pending');
  return { routing, rolling, pushing, building, cloning, queued };
}

/** Lets everything go on, and waits for the ends. */
async function expectDeployed(ids: Record<Phase, string>): Promise<void> {
  await letEverythingGo();
  const ends = Promise.all(phases.map((phase) => shipmate.deploymentEnds(ids[phase])));
  let ended = false;
  ends.finally(() => (ended = true)).catch(() => undefined);
  await until('the ends', async () => {
    const [service = ''] = await servicesOf(apps.rolling.id);
    await letGo(apps.building.id, await runningContainers(service));
    return ended;
  });
  for (const [at, end] of (await ends).entries()) {
    const phase = phases[at] ?? 'queued';
    expectSuccess(end);
    const healthy = end.logs?.split('\n').filter((line) => line === 'The new version is healthy');
    expect(healthy).toHaveLength(1);
    // At most twice: by the attempt that was interrupted, and by the one that ended.
    for (const step of ['Rolling out', 'Cloning'])
      expect(end.logs?.split('\n').filter((line) => line.startsWith(step)).length).toBeLessThanOrEqual(2);
    const audited = await shipmate.rows('select from audit_logs where resource_id = $1', [end.id]);
    expect(audited).toHaveLength(1);
    const [service = '', ...more] = await servicesOf(apps[phase].id);
    expect(more).toEqual([]);
    const { Spec } = await docker.getService(service).inspect();
    expect(Spec.TaskTemplate.ContainerSpec.Image).toBe(end.metadata.image);
    // By the digest that the registry gave it.
    expect(end.metadata.image).toContain(`${registry.address}/team/`);
    expect(end.metadata.image).toMatch(/@sha256:[0-9a-f]{64}$/);
    const { host } = apps[phase];
    await until(`the route to ${host}`, async () => {
      const answer = await visit(shipmate.ingressPort, host).catch(() => undefined);
      return answer?.status === 200;
    });
  }
  expect(await countBuildSteps(apps.building.id)).toBe(0);
  expect(await readdir(join(shipmate.dataDir, 'checkouts'))).toEqual([]);
}

interface Readiness {
  status: string;
  checks: Record<string, string>;
}

async function readiness(): Promise<Readiness> {
  return (await (await fetch(`${shipmate.url}/readyz`)).json()) as Readiness;
}

async function isHealthy(): Promise<boolean> {
  return (await fetch(`${shipmate.url}/healthz`)).status === 200;
}

describe('deployments in every phase', () => {
  it('are handed back by a stop within its time, and end well after the next start', async () => {
    const ids = await inEveryPhase();
    // The login is in Shipmate's own configuration, and goes nowhere from there but to Docker.
    expect(await whoShows(registryLogin.password)).toEqual({ arguments: [], variables: ['node'] });
    // One that takes longer than it may is cut short, and ends with 1.
    expect(await shipmate.process().stop()).toBe(0);
    expect(await countBuildSteps(apps.building.id)).toBe(0);
    await shipmate.restart();
    await expectDeployed(ids);
  });

  it('are resumed after a crash, whatever the programs of before still do', async () => {
    const ids = await inEveryPhase();
    await shipmate.process().kill();
    await shipmate.restart();
    expect(await countBuildSteps(apps.building.id)).toBeLessThanOrEqual(1);
    await expectDeployed(ids);
    expect((await shipmate.deployment(ids.rolling)).logs).toContain(
      'This version was handed to Swarm before; watching what became of it',
    );
  });

  it('outlast a PostgreSQL that goes away, of which /readyz tells', async () => {
    const ids = await inEveryPhase();
    await postgres.refuse();
    const { checks, status } = await readiness();
    expect([status, checks['docker']]).toEqual(['not ready', 'ok']);
    expect(checks['database']).toMatch(/^PostgreSQL does not answer: /);
    expect(checks['queue']).toMatch(/^PostgreSQL does not answer: /);
    await until('the build of before is gone', async () => (await countBuildSteps(apps.building.id)) === 0);
    expect(await isHealthy()).toBe(true);
    await postgres.restore();
    await until('it is ready', async () => (await readiness()).status === 'ready');
    await expectDeployed(ids);
  });

  it('outlast a Docker that is silent, then refuses, of which /readyz and the log tell', async () => {
    const ids = await inEveryPhase();
    engine.silence();
    expect((await readiness()).checks).toMatchObject({ database: 'ok', queue: 'ok', docker: 'no answer within 3 s' });
    await engine.refuse();
    expect((await readiness()).checks['docker']).toContain('Docker does not answer.');
    await until('the log tells', async () => {
      const lines = await shipmate.rows(
        `select from deployment_logs where deployment_id = $1 and message like 'Docker does not answer. % Waiting up to 10 min%'`,
        [ids.building],
      );
      return lines.length === 1;
    });
    for (const id of [ids.building, ids.pushing])
      await shipmate.deploymentIs(id, 'waits', (row) => row.metadata.progress?.waitsForDocker === true);
    expect(await isHealthy()).toBe(true);
    await engine.restore();
    await expectDeployed(ids);
  });
});
