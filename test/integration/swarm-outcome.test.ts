import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inspectService } from '../../src/swarm/services/inspect.ts';
import {
  baseImage,
  docker,
  ensureBaseImage,
  outcome,
  rolloutStage,
  runningContainers,
  specOf,
} from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

const { close, network, newName, swarm } = rolloutStage();
const never = new AbortController().signal;
let name: string;

beforeAll(ensureBaseImage);
beforeEach(() => {
  name = newName();
});
afterAll(close);

const labelsOf = (deployment: string) => ({ 'shipmate.application': name, 'shipmate.deployment': deployment });
const crashes = { MODE: 'exits' };

describe('what an update has come to', () => {
  it('is told by what runs, although nothing is left of the status of the rollback', async () => {
    await outcome(swarm.apply(specOf(name, network, { labels: labelsOf('one') }), never));
    const spec = specOf(name, network, { env: crashes, labels: labelsOf('two') });
    expect((await outcome(swarm.apply(spec, never))).state).toBe('rolled_back');
    await swarm.scale(name, 2);
    expect((await swarm.inspect(name))?.updateState).toBeUndefined();
    const asked = { labels: { 'shipmate.deployment': 'two' }, image: baseImage };
    expect(await outcome(swarm.watch(name, 0, never, asked))).toMatchObject({ state: 'rolled_back', healthy: 2 });
  });

  it('is undone when no node takes the first of two tasks, and both old ones serve on', async () => {
    await outcome(swarm.apply(specOf(name, network, { replicas: 2 }), never));
    const before = await runningContainers(name);
    const impossible = specOf(name, network, { replicas: 2 });
    const spec = { ...impossible, docker: { ...impossible.docker, resources: { reservations: { memory: '900G' } } } };
    const end = await outcome(swarm.apply(spec, never));
    expect(end.state).toBe('rolled_back');
    expect(end.restarted).toBeUndefined();
    expect(await runningContainers(name)).toEqual(before);
  });

  it('says that nothing served in between where nothing tells when a task is healthy', async () => {
    const plain = { stop_grace_period: '2s' };
    await outcome(swarm.apply(specOf(name, network, { docker: plain }), never));
    // Seen when it crashes, however late that is.
    const watched = { ...specOf(name, network, { docker: plain, env: crashes }), monitorSeconds: 60 };
    const end = await outcome(swarm.apply(watched, never));
    expect(end).toMatchObject({ state: 'rolled_back', restarted: true, taskErrors: ['exited with code 3'] });
  });
});

describe('a service whose update Swarm has paused', () => {
  it('is neither scaled nor restarted, which would go on with what failed', async () => {
    await outcome(swarm.apply(specOf(name, network), never));
    const service = await inspectService(docker, name);
    const { Spec = {}, Version } = service ?? {};
    const template = Spec.TaskTemplate as { ContainerSpec?: object };
    await docker.getService(name).update({
      ...Spec,
      version: Version?.Index ?? 0,
      TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, Env: ['MODE=exits'] } },
      UpdateConfig: { ...Spec.UpdateConfig, FailureAction: 'pause' },
    });
    await until('the pause', async () => (await swarm.inspect(name))?.updateState === 'paused');
    const why =
      'Swarm paused the last update, because its tasks failed, and any change would resume it. ' +
      'Deploy a version that works first: `deploy`, or `rollback`.';
    await expect(swarm.scale(name, 2)).rejects.toThrow(why);
    await expect(swarm.restart(name)).rejects.toThrow(why);
    expect((await outcome(swarm.apply(specOf(name, network), never))).state).toBe('converged');
  });
});
