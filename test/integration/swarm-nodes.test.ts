import { hostname } from 'node:os';
import { expect, it } from '@jest/globals';
import { docker, swarmWith } from '../support/swarm-fixture.ts';

it('finds this host among the nodes of its swarm', async () => {
  const { Swarm } = await docker.info();
  const { Version } = await docker.version();
  const nodes = await swarmWith().nodes();
  expect(nodes).toContainEqual({
    id: Swarm.NodeID,
    hostname: hostname(),
    role: 'manager',
    own: true,
    leader: expect.any(Boolean),
    state: 'ready',
    availability: 'active',
    address: expect.stringMatching(/^[\d.]+$/),
    engineVersion: Version,
    labels: expect.any(Object),
    tasks: expect.any(Number),
  });
});
