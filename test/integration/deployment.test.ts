import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLoad } from '../../scripts/support/load.ts';
import { servicesOf } from '../../scripts/support/remove-services.ts';
import { expectEnd, expectSuccess } from '../support/expect-end.ts';
import { visit } from '../support/ingress-fixture.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

let shipmate: RunningShipmate;
let app: TestApp;
let first: string;

beforeAll(async () => {
  shipmate = await openShipmate();
  app = await createTestApp(shipmate, { name: 'hello', settings: '--port 8080 --replicas 2', exitsAtOnce: true });
});

afterAll(async () => {
  await shipmate.close();
  await app[Symbol.asyncDispose]();
});

async function version(): Promise<unknown> {
  const { status, body } = await visit(shipmate.ingressPort, app.host);
  return status === 200 ? (JSON.parse(body) as { version: string }).version : `${status} ${body}`;
}

describe('an application that is deployed by webhook', () => {
  it('answers at its name once the first push is deployed', async () => {
    first = await app.push('1');
    const end = await shipmate.deploymentEnds(first);
    expect(expectSuccess(end)).toMatchObject({ metadata: { trigger: 'push', build_cache_hit: false } });
    expect(end.metadata.image).toContain(end.commit_sha?.slice(0, 12));
    expect(end.metadata.image_size_mb).toBeGreaterThan(0);
    expect(end.logs).toContain('The new version is healthy');
    expect(await version()).toBe('1');
  });

  it('fails no request during an update, though its tasks exit at once', async () => {
    const load = startLoad({ port: shipmate.ingressPort, host: app.host }, 50);
    const id = await app.push('2');
    const end = await shipmate.deploymentEnds(id);
    const { failed, errors, bodies } = await load.stop();
    expectSuccess(end);
    expect([...errors]).toEqual([]);
    expect(failed).toBe(0);
    const versions = [...bodies.keys()].map((body) => (JSON.parse(body) as { version: string }).version);
    expect(new Set(versions)).toEqual(new Set(['1', '2']));
  });

  it('goes on with the old version while an unhealthy one is rolled back', async () => {
    const load = startLoad({ port: shipmate.ingressPort, host: app.host }, 20);
    const id = await app.push('3', { broken: true });
    const end = await shipmate.deploymentEnds(id);
    const { failed, bodies } = await load.stop();
    expect(end).toMatchObject({ status: 'rolled_back', metadata: { error: expect.stringMatching(/still serves/) } });
    expect(failed).toBe(0);
    const versions = [...bodies.keys()].map((body) => (JSON.parse(body) as { version: string }).version);
    expect(new Set(versions)).toEqual(new Set(['2']));
    const { data } = await shipmate.command(`status ${app.name}`);
    expect(data).toMatchObject({ status: 'running' });
  });

  it('goes back to an earlier deployment without building it again', async () => {
    const { data } = await shipmate.command(`rollback ${app.name} ${first}`);
    const { id } = (data as { deployment: { id: string } }).deployment;
    const end = await shipmate.deploymentEnds(id);
    const target = await shipmate.deployment(first);
    expect(expectSuccess(end)).toMatchObject({ commit_sha: target.commit_sha });
    expect(end.metadata).toMatchObject({ rollback_of: first, image: target.metadata.image });
    expect(end.metadata.durations).not.toHaveProperty('build');
    // Swarm lets the tasks before serve for some seconds more.
    await until('an answer of version 1', async () => (await version()) === '1');
  });

  it('leaves no service behind when its first version never comes up', async () => {
    await using broken = await createTestApp(shipmate, { name: 'broken' });
    const end = await shipmate.deploymentEnds(await broken.push('1', { broken: true }));
    expectEnd(end, 'failed');
    expect(end.metadata.error).toMatch(/did not come up/);
    expect(await servicesOf(broken.id)).toEqual([]);
  });
});
