import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { servicesOf } from '../../scripts/support/remove-services.ts';
import { countBuildSteps } from '../support/build-steps.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { type DeploymentRow, openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';
import { docker } from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

// Every phase that can be held up, at once, is in `outages.test.ts`.
let shipmate: RunningShipmate;
let app: TestApp;
let broken: TestApp;

beforeAll(async () => {
  shipmate = await openShipmate({ env: { SHIPMATE_MONITOR_SECONDS: '2' } });
  [app, broken] = (await Promise.all(['one', 'broken'].map((name) => createTestApp(shipmate, { name })))) as [
    TestApp,
    TestApp,
  ];
});

afterAll(async () => {
  await shipmate.close();
  await Promise.all([app, broken].map((each) => each[Symbol.asyncDispose]()));
});

async function killAndStart(): Promise<void> {
  await shipmate.process().kill();
  await shipmate.restart();
}

const isIn = (phase: string) => (row: DeploymentRow) => row.metadata.progress?.phase === phase;

/** It ended well, once, and nothing is left of the attempt that was killed. */
async function expectDeployed(id: string): Promise<void> {
  const end = expectSuccess(await shipmate.deploymentEnds(id));
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
  it('goes on watching tasks that are healthy already', async () => {
    const id = await app.push('1');
    await shipmate.deploymentIs(id, 'is watched', isIn('watching'));
    await killAndStart();
    await expectDeployed(id);
  });

  it('tells the truth about a version that broke meanwhile, and leaves no half-made service', async () => {
    const id = await broken.push('1', { broken: true });
    await until('the service', async () => (await servicesOf(broken.id)).length === 1);
    await killAndStart();
    const end = await shipmate.deploymentEnds(id);
    expect(end).toMatchObject({ status: 'failed', metadata: { error: expect.stringContaining('did not come up') } });
    expect(await servicesOf(broken.id)).toEqual([]);
  });
});
