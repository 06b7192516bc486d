import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { servicesOf } from '../../scripts/support/remove-services.ts';
import { createHeldGit, type HeldGit } from '../support/held-git.ts';
import { countBuildSteps } from '../support/build-steps.ts';
import { type DeploymentRow, openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';
import { docker } from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

let git: HeldGit;
let shipmate: RunningShipmate;
let app: TestApp;
let other: TestApp;
let version = 0;

beforeAll(async () => {
  git = await createHeldGit();
  const env = { PATH: git.path, SHIPMATE_CONCURRENCY: '1', SHIPMATE_MONITOR_SECONDS: '2' };
  shipmate = await openShipmate({ env });
  app = await createTestApp(shipmate, { name: 'one' });
  other = await createTestApp(shipmate, { name: 'two' });
});

afterAll(async () => {
  await shipmate.close();
  await Promise.all([git, app, other].map((each) => each[Symbol.asyncDispose]()));
});

beforeEach(() => {
  version += 1;
});

async function killAndStart(): Promise<void> {
  await shipmate.process().kill();
  await shipmate.restart();
}

const isIn = (phase: string) => (row: DeploymentRow) => row.metadata.progress?.phase === phase;

/** It ended well, once, and nothing is left of the attempt that was killed. */
async function expectDeployed(id: string): Promise<void> {
  const end = await shipmate.deploymentEnds(id);
  expect(end).toMatchObject({ status: 'success' });
  const lines = end.logs?.split('\n') ?? [];
  expect(lines.filter((line) => line === 'The new version is healthy')).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith('Rolling out')).length).toBeLessThanOrEqual(2);
  expect(lines.filter((line) => line.startsWith('Cloning')).length).toBeLessThanOrEqual(2);
  expect(await readdir(join(shipmate.dataDir, 'checkouts'))).toEqual([]);
  expect(await countBuildSteps(app.id)).toBe(0);
  const [service = '', ...more] = await servicesOf(app.id);
  expect(more).toEqual([]);
  const { Spec } = await docker.getService(service).inspect();
  expect(Spec.TaskTemplate.ContainerSpec.Image).toBe(end.metadata.image);
  const ends = await shipmate.rows('select from audit_logs where resource_id = $1', [id]);
  expect(ends).toHaveLength(1);
}

describe('a Shipmate that is killed and started again', () => {
  it('deploys what waited in the queue', async () => {
    const running = await other.push(String(version), { buildMs: 3_000 });
    await until('the build', async () => (await countBuildSteps(other.id)) === 1);
    const id = await app.push(String(version));
    expect((await shipmate.deployment(id)).status).toBe('pending');
    await killAndStart();
    expect(await shipmate.deploymentEnds(running)).toMatchObject({ status: 'success' });
    await expectDeployed(id);
  });

  it('clones again, whatever the git of before still does', async () => {
    await git.hold();
    let id = '';
    try {
      id = await app.push(String(version));
      await until('the clone', () => git.isWaiting());
      await shipmate.deploymentIs(id, 'is cloning', isIn('cloning'));
      await shipmate.process().kill();
    } finally {
      await git.release();
    }
    await shipmate.restart();
    await expectDeployed(id);
  });

  it('builds again, and the build of before is gone', async () => {
    const id = await app.push(String(version), { buildMs: 3_000 });
    await until('the build', async () => (await countBuildSteps(app.id)) === 1);
    await killAndStart();
    expect(await countBuildSteps(app.id)).toBeLessThanOrEqual(1);
    await expectDeployed(id);
  });

  it('goes on watching a roll-out that Swarm went on with', async () => {
    const id = await app.push(String(version), { healthSeconds: 3 });
    await shipmate.deploymentIs(id, 'rolls out', isIn('rolling_out'));
    await until('the update', async () => {
      const [service = ''] = await servicesOf(app.id);
      const { Spec } = await docker.getService(service).inspect();
      return Spec.Labels['shipmate.deployment'] === id;
    });
    await killAndStart();
    await expectDeployed(id);
    expect((await shipmate.deployment(id)).logs).toContain(
      'This version was handed to Swarm before; watching what became of it',
    );
  });

  it('goes on watching tasks that are healthy already', async () => {
    const id = await app.push(String(version));
    await shipmate.deploymentIs(id, 'is watched', isIn('watching'));
    await killAndStart();
    await expectDeployed(id);
  });

  it('tells the truth about a version that broke meanwhile, and leaves no half-made service', async () => {
    await using broken = await createTestApp(shipmate, { name: 'broken' });
    const id = await broken.push('1', { broken: true });
    await until('the service', async () => (await servicesOf(broken.id)).length === 1);
    await killAndStart();
    const end = await shipmate.deploymentEnds(id);
    expect(end).toMatchObject({ status: 'failed', metadata: { error: expect.stringContaining('did not come up') } });
    expect(await servicesOf(broken.id)).toEqual([]);
  });
});
