import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { labelKeys } from '../../src/swarm/labels.ts';
import {
  docker,
  ensureBaseImage,
  outcome,
  removeNetwork,
  runningContainers,
  specOf,
  swarmWith,
  uniqueName,
} from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

const network = uniqueName('net');
const name = uniqueName('used');
const swarm = swarmWith();
const never = new AbortController().signal;
const limit = 512 * 2 ** 20;

beforeAll(async () => {
  await ensureBaseImage();
  const labels = { [labelKeys.managed]: 'true', [labelKeys.application]: name, [labelKeys.stackService]: 'web' };
  const spec = specOf(name, network, { labels, replicas: 2 });
  const resources = { limits: { memory: '512M' } };
  await outcome(swarm.apply({ ...spec, docker: { ...spec.docker, resources } }, never));
});
afterAll(async () => {
  await swarm.remove(name);
  await removeNetwork(network);
});

/** Of this test's service, on this node. */
async function usage() {
  const { ended, running } = await swarm.usage(await swarm.ownNode(), never);
  return {
    running: running.filter(({ application }) => application === name),
    ended: ended.filter(({ application }) => application === name),
  };
}

describe('what tasks use', () => {
  it('is read from the Engine of their node', async () => {
    const first = await usage();
    expect(first.ended).toEqual([]);
    expect(first.running.map(({ service, slot }) => [service, slot]).sort()).toEqual([
      ['web', 1],
      ['web', 2],
    ]);
    expect(first.running.map(({ container }) => container).sort()).toEqual(await runningContainers(name));
    for (const { cpuNanos, memoryBytes, memoryLimitBytes, readAt } of first.running) {
      expect(memoryLimitBytes).toBe(limit);
      expect(memoryBytes).toBeGreaterThan(2 ** 20);
      expect(memoryBytes).toBeLessThan(limit);
      expect(cpuNanos).toBeGreaterThan(1e6);
      expect(Number.isNaN(readAt)).toBe(false);
    }
    const again = await usage();
    for (const one of again.running) {
      const before = first.running.find(({ container }) => container === one.container);
      expect(one.readAt).toBeGreaterThan(before?.readAt ?? Infinity);
      expect(one.cpuNanos).toBeGreaterThanOrEqual(before?.cpuNanos ?? Infinity);
      expect(one.receivedBytes).toBeGreaterThanOrEqual(before?.receivedBytes ?? Infinity);
    }
  });

  it('has the tasks that ended by themselves, with their slot', async () => {
    const [killed] = (await usage()).running;
    await docker.getContainer(killed?.container ?? '').kill();
    const { ended } = await until('the task is seen to have ended', async () => {
      const now = await usage();
      return now.ended.length > 0 && now;
    });
    expect(ended).toEqual([{ application: name, service: 'web', slot: killed?.slot, task: expect.any(String) }]);
  });

  it('ends when it is told to', async () => {
    const node = await swarm.ownNode();
    await expect(swarm.usage(node, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
