import { describe, expect, it } from '@jest/globals';
import { type EngineNode, toNode } from '../../../src/swarm/services/nodes.ts';

/** As Engine 20.10 tells of it. */
const worker: EngineNode = {
  ID: 'w1',
  Spec: { Role: 'worker', Availability: 'drain', Labels: { disk: 'ssd' } },
  Description: { Hostname: 'host-2', Engine: { EngineVersion: '20.10.24+dfsg1' } },
  Status: { State: 'down', Message: 'heartbeat failure', Addr: '10.0.0.2' },
};

describe('a node', () => {
  it('is told as the Engine knows it', () => {
    expect(toNode(worker, { tasks: 2, own: false })).toEqual({
      id: 'w1',
      hostname: 'host-2',
      role: 'worker',
      own: false,
      leader: false,
      state: 'down',
      message: 'heartbeat failure',
      availability: 'drain',
      address: '10.0.0.2',
      engineVersion: '20.10.24+dfsg1',
      labels: { disk: 'ssd' },
      tasks: 2,
    });
  });

  it('that leads a swarm of one is where its managers find it', () => {
    const { Description: _unknown, ...rest } = worker;
    const leader = {
      ...rest,
      Status: { State: 'ready' as const, Addr: '0.0.0.0' },
      ManagerStatus: { Leader: true, Addr: '10.0.0.1:2377' },
    };
    expect(toNode(leader, { tasks: 0, own: true })).toMatchObject({
      leader: true,
      address: '10.0.0.1',
      hostname: 'w1',
      engineVersion: '',
    });
  });
});
