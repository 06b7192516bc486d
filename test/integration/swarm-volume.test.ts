import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConflictError } from '../../src/errors.ts';
import type { VolumeMount } from '../../src/swarm/services/mounts.ts';
import {
  docker,
  ensureBaseImage,
  evaluateIn,
  outcome,
  removeNetwork,
  runningContainers,
  specOf,
  swarmWith,
  uniqueName,
} from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

const network = uniqueName('net');
const name = uniqueName('volume');
const volume: VolumeMount = { name, type: 'docker_volume', target: '/data', options: {} };
const swarm = swarmWith();
const never = new AbortController().signal;

async function inContainer(expression: string): Promise<string> {
  const [container = ''] = await runningContainers(name);
  return evaluateIn(container, expression);
}

describe('a service with a volume', () => {
  beforeAll(async () => {
    await ensureBaseImage();
    await outcome(swarm.apply(specOf(name, network, { volumes: [volume] }), never));
  });
  afterAll(async () => {
    await swarm.remove(name);
    await swarm.removeVolume(name);
    await removeNetwork(network);
  });

  it('keeps its files when the tasks are replaced', async () => {
    expect(await inContainer(`fs.writeFileSync('/data/kept', 'still here')`)).toBe('undefined');
    const [before] = await runningContainers(name);
    const next = specOf(name, network, { volumes: [volume], env: { VERSION: '2' } });
    expect((await outcome(swarm.apply(next, never))).state).toBe('converged');
    // The old task stops after the new one is healthy.
    await until('the old task’s end', async () => !(await runningContainers(name)).includes(before ?? ''));
    expect(await inContainer(`fs.readFileSync('/data/kept', 'utf8')`)).toBe('still here');
  });

  it('labels the volume, and refuses to delete it while it is in use', async () => {
    const { Labels } = await docker.getVolume(name).inspect();
    expect(Labels).toMatchObject({ 'shipmate.managed': 'true', 'shipmate.application': name });
    await expect(swarm.removeVolume(name)).rejects.toBeInstanceOf(ConflictError);
  });

  it('is without it once it is no longer wanted, and the data can go', async () => {
    await outcome(swarm.apply(specOf(name, network), never));
    await until('the old task’s end', async () => (await runningContainers(name)).length === 1);
    expect(await inContainer(`fs.existsSync('/data/kept')`)).toBe('false');
    await swarm.remove(name);
    await swarm.removeVolume(name);
    await swarm.removeVolume(name);
    const { Volumes } = await docker.listVolumes({ filters: JSON.stringify({ name: [name] }) });
    expect(Volumes).toEqual([]);
  });
});
