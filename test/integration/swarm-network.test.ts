import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from '@jest/globals';
import { connectDocker } from '../../src/swarm/connect.ts';
import { ensureNetwork, removeNetwork } from '../../src/swarm/services/network.ts';

const docker = connectDocker(process.env['DOCKER_HOST']);
const names = Array.from({ length: 6 }, () => `swarm-network-${randomUUID().slice(0, 8)}`);
afterAll(() => Promise.all(names.map((name) => removeNetwork(docker, name))));

it('makes one network when several applications of a new project need it at once', async () => {
  for (const name of names) {
    const ids = await Promise.all([1, 2, 3].map(() => ensureNetwork(docker, name, {})));
    expect(new Set(ids).size).toBe(1);
  }
});
