import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureBaseImage, outcome, rolloutStage, runningContainers, specOf } from '../support/swarm-fixture.ts';

const { close, network, newName, swarm } = rolloutStage();
const never = new AbortController().signal;
let name: string;

beforeAll(ensureBaseImage);
beforeEach(() => {
  name = newName();
});
afterAll(close);

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
