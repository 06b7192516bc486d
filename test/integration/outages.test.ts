import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { servicesOf } from '../../scripts/support/remove-services.ts';
import { createCutProxy, type CutProxy } from '../support/cut-proxy.ts';
import { createHeldGit, type HeldGit } from '../support/held-git.ts';
import { countBuildSteps } from '../support/build-steps.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { docker, runningContainers } from '../support/swarm-fixture.ts';
import { createTestApp, letGo, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const phases = ['rolling', 'building', 'cloning', 'queued'] as const;
type Phase = (typeof phases)[number];

let postgres: CutProxy;
let engine: CutProxy;
let git: HeldGit;
let shipmate: RunningShipmate;
const apps = {} as Record<Phase, TestApp>;
let version = 0;

beforeAll(async () => {
  const server = new URL(process.env['SHIPMATE_TEST_POSTGRES'] ?? '');
  [postgres, engine, git] = await Promise.all([
    createCutProxy({ host: server.hostname, port: Number(server.port) }),
    createCutProxy({ path: '/var/run/docker.sock' }),
    createHeldGit(),
  ]);
  const env = {
    PATH: git.path,
    DOCKER_HOST: `unix://${engine.path}`,
    SHIPMATE_CONCURRENCY: '3',
    SHIPMATE_STOP_GRACE: '1s',
  };
  shipmate = await openShipmate({ env, postgresPort: postgres.port });
  for (const phase of phases) apps[phase] = await createTestApp(shipmate, { name: phase });
}, 120_000);

afterEach(async () => {
  await Promise.all([git.release(), postgres.restore(), engine.restore()]);
});

afterAll(async () => {
  await shipmate.close();
  const opened = [postgres, engine, git, ...Object.values(apps)];
  await Promise.all(opened.map((each) => each[Symbol.asyncDispose]()));
}, 120_000);

/** One deployment in each phase, which stays in it. */
async function inEveryPhase(): Promise<Record<Phase, string>> {
  version += 1;
  const [rolling, building] = await Promise.all([
    apps.rolling.push(String(version), { held: 'server' }),
    apps.building.push(String(version), { held: 'build' }),
  ]);
  await until('the build', async () => (await countBuildSteps(apps.building.id)) === 1);
  await until('the roll-out', async () => {
    const [service = ''] = await servicesOf(apps.rolling.id);
    return service && (await docker.getService(service).inspect()).Spec.Labels['shipmate.deployment'] === rolling;
  });
  await git.hold();
  const cloning = await apps.cloning.push(String(version));
  await until('the clone', () => git.isWaiting());
  const queued = await apps.queued.push(String(version));
  expect((await shipmate.deployment(queued)).status).toBe('pending');
  return { rolling, building, cloning, queued };
}

/** Lets everything go on, and waits for the ends. */
async function expectDeployed(ids: Record<Phase, string>): Promise<void> {
  await git.release();
  const ends = Promise.all(phases.map((phase) => shipmate.deploymentEnds(ids[phase])));
  let ended = false;
  ends.finally(() => (ended = true)).catch(() => undefined);
  await until(
    'the ends',
    async () => {
      const [service = ''] = await servicesOf(apps.rolling.id);
      await letGo(apps.building.id, await runningContainers(service));
      return ended;
    },
    90_000,
  );
  for (const [at, end] of (await ends).entries()) {
    const phase = phases[at] ?? 'queued';
    expect([phase, end.status, end.metadata.error]).toEqual([phase, 'success', undefined]);
    const healthy = end.logs?.split('\n').filter((line) => line === 'The new version is healthy');
    expect(healthy).toHaveLength(1);
    const audited = await shipmate.rows('select from audit_logs where resource_id = $1', [end.id]);
    expect(audited).toHaveLength(1);
    const [service = '', ...more] = await servicesOf(apps[phase].id);
    expect(more).toEqual([]);
    const { Spec } = await docker.getService(service).inspect();
    expect(Spec.TaskTemplate.ContainerSpec.Image).toBe(end.metadata.image);
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
    const told = performance.now();
    expect(await shipmate.process().stop()).toBe(0);
    expect(performance.now() - told).toBeLessThan(11_000);
    expect(await countBuildSteps(apps.building.id)).toBe(0);
    await shipmate.restart();
    await expectDeployed(ids);
  }, 120_000);

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
  }, 120_000);

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
    expect(await isHealthy()).toBe(true);
    await engine.restore();
    await expectDeployed(ids);
  }, 120_000);
});
