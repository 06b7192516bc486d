import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ensureBaseImage,
  outcome,
  removeNetwork,
  runningContainers,
  specOf,
  swarmWith,
  uniqueName,
} from '../support/swarm-fixture.ts';

const network = uniqueName('net');
const swarm = swarmWith({ placementMs: 1_500 });
const never = new AbortController().signal;
const names: string[] = [];
let name: string;

beforeAll(ensureBaseImage, 120_000);
beforeEach(() => {
  name = uniqueName('app');
  names.push(name);
});
// All at once: Swarm takes its time to end a task.
afterAll(async () => {
  await Promise.all(names.map((one) => swarm.remove(one)));
  await removeNetwork(network);
});

describe('the first roll-out', () => {
  it('converges once all tasks are healthy and have stayed so', async () => {
    const began = Date.now();
    const end = await outcome(swarm.apply(specOf(name, network, { replicas: 2 }), never));
    expect(end).toMatchObject({ state: 'converged', healthy: 2, desired: 2, taskErrors: [] });
    expect(end.states).toEqual(['rolling_out', 'watching', 'converged']);
    expect(Date.now() - began).toBeGreaterThan(1_000);
    expect(await swarm.inspect(name)).toMatchObject({ replicas: 2, running: 2 });
    expect((await swarm.list()).map((service) => service.name)).toContain(name);
  });

  it('fails and leaves no service when the application exits at once', async () => {
    const end = await outcome(swarm.apply(specOf(name, network, { env: { MODE: 'exits' } }), never));
    expect(end).toMatchObject({
      state: 'failed',
      taskErrors: ['exited with code 3'],
      lastLines: ['starting in mode exits'],
    });
    expect(await swarm.inspect(name)).toBeUndefined();
  });

  it('fails when the image is missing', async () => {
    const end = await outcome(swarm.apply(specOf(name, network, { image: 'shipmate-test/none:1' }), never));
    expect(end).toMatchObject({ state: 'failed', taskErrors: ['no such image: shipmate-test/none:1'] });
  });

  it('fails when no node may run it', async () => {
    const spec = specOf(name, network, { docker: { constraints: ['node.labels.nowhere==true'] } });
    const end = await outcome(swarm.apply(spec, never));
    expect(end.state).toBe('failed');
    expect(end.taskErrors[0]).toMatch(/^no suitable node/);
    expect(await swarm.inspect(name)).toBeUndefined();
  });

  it('converges at once with no replicas', async () => {
    expect(await outcome(swarm.apply(specOf(name, network, { replicas: 0 }), never))).toMatchObject({
      state: 'converged',
      desired: 0,
    });
  });
});

describe('an update', () => {
  beforeEach(() => outcome(swarm.apply(specOf(name, network), never)));

  it('replaces the tasks and converges', async () => {
    const before = await runningContainers(name);
    const end = await outcome(swarm.apply(specOf(name, network, { env: { VERSION: '2' } }), never));
    expect(end).toMatchObject({ state: 'converged', healthy: 1, desired: 1 });
    const after = await runningContainers(name);
    expect(after.filter((id) => !before.includes(id))).toHaveLength(1);
  });

  it('keeps the old task serving and goes back when the new one is unhealthy', async () => {
    const before = await runningContainers(name);
    const end = await outcome(swarm.apply(specOf(name, network, { env: { MODE: 'unhealthy' } }), never));
    expect(end).toMatchObject({ state: 'rolled_back', taskErrors: ['its health check kept failing'] });
    expect(await runningContainers(name)).toEqual(before);
  });

  it('goes back when no node takes the new version', async () => {
    const before = await runningContainers(name);
    const impossible = specOf(name, network);
    const docker = { ...impossible.docker, resources: { reservations: { memory: '900G' } } };
    const end = await outcome(swarm.apply({ ...impossible, docker }, never));
    expect(end.state).toBe('rolled_back');
    expect(end.taskErrors[0]).toMatch(/^no suitable node/);
    expect(await runningContainers(name)).toEqual(before);
  });

  it('succeeds after one that was rolled back', async () => {
    await outcome(swarm.apply(specOf(name, network, { env: { MODE: 'exits' } }), never));
    const end = await outcome(swarm.apply(specOf(name, network, { env: { VERSION: '3' } }), never));
    expect(end).toMatchObject({ state: 'converged', taskErrors: [] });
  });

  it('leaves the tasks alone when only its deployment differs, unless forced', async () => {
    const before = await runningContainers(name);
    const labels = { 'shipmate.application': name, 'shipmate.deployment': 'another' };
    expect((await outcome(swarm.apply(specOf(name, network, { labels }), never))).state).toBe('converged');
    expect(await runningContainers(name)).toEqual(before);
    expect((await swarm.inspect(name))?.labels).toMatchObject(labels);
    await outcome(swarm.apply(specOf(name, network, { labels, forceUpdate: true }), never));
    expect(await runningContainers(name)).not.toEqual(before);
  });

  it('is followed to its end after the first watcher has gone', async () => {
    const first = new AbortController();
    const spec = specOf(name, network, { env: { MODE: 'unhealthy' } });
    const reason = new Error('the process stops');
    const watching = (async () => {
      for await (const { state } of swarm.apply(spec, first.signal)) if (state === 'rolling_out') first.abort(reason);
    })();
    await expect(watching).rejects.toBe(reason);
    expect((await outcome(swarm.watch(name, 1, never))).state).toBe('rolled_back');
  });
});
