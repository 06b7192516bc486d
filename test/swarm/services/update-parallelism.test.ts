import { describe, expect, it } from '@jest/globals';
import Docker from 'dockerode';
import { tasksThatFit, updateParallelism } from '../../../src/swarm/services/update-parallelism.ts';
import type { ServiceSpec } from '../../../src/swarm/swarm.ts';

const gigabyte = 1024 ** 3;
const checked = { intervalSeconds: 5 };

function spec(replicas: number, docker: ServiceSpec['docker']): ServiceSpec {
  const names = { name: 'shop-api', image: 'app:2', network: undefined, labels: {} };
  return { ...names, replicas, docker, env: {}, secretFiles: {}, monitorSeconds: 5 };
}

describe('updateParallelism', () => {
  // None of these has to ask the Engine.
  const nobody = new Docker({ host: '127.0.0.1', port: 1 });

  it.each([
    ['a small service with a health check, all at once', spec(4, {}), checked, 4],
    ['a large one, in halves', spec(5, {}), checked, 3],
    ['one without a check, in halves', spec(2, {}), undefined, 1],
    ['one with a host port, in halves', spec(2, { ports: [{ container: 80, host: 80 }] }), checked, 1],
    ['a single task', spec(1, {}), checked, 1],
    ['a service scaled to nothing', spec(0, {}), checked, 1],
  ])('updates %s', async (_, given, check, parallelism) => {
    expect(await updateParallelism(nobody, given, check)).toBe(parallelism);
  });
});

describe('tasksThatFit', () => {
  const node = (ID: string, Availability: 'active' | 'drain' = 'active') => ({
    ID,
    Spec: { Role: 'worker' as const, Availability },
    Status: { State: 'ready' as const, Addr: '10.0.0.1' },
    Description: {
      Hostname: ID,
      Engine: { EngineVersion: '28' },
      Resources: { NanoCPUs: 2e9, MemoryBytes: 4 * gigabyte },
    },
  });
  const task = (NodeID: string, Resources: Docker.ResourceRequirements) => ({
    ID: 't',
    ServiceID: 's',
    CreatedAt: '',
    DesiredState: 'running',
    NodeID,
    Spec: { Resources },
    Status: { State: 'running', Timestamp: '' },
  });
  const memory = { memoryBytes: gigabyte, nanoCpus: 0 };

  it('counts what the tasks that run leave, node by node', () => {
    const nodes = [node('a'), node('b'), node('c', 'drain')];
    const tasks = [task('a', { Limits: { MemoryBytes: 2.5 * gigabyte } }), task('b', {})];
    expect(tasksThatFit(memory, [], nodes, tasks)).toBe(1 + 4);
  });

  it('takes the scarcer of memory and processors', () => {
    const tasks = [task('a', { Reservations: { NanoCPUs: 1e9 } })];
    expect(tasksThatFit({ memoryBytes: gigabyte, nanoCpus: 4e8 }, [], [node('a')], tasks)).toBe(2);
  });

  it('looks at the node that the tasks are pinned to alone, and trusts no other constraint', () => {
    const nodes = [node('a'), node('b')];
    expect(tasksThatFit(memory, ['node.id==b'], nodes, [])).toBe(4);
    expect(tasksThatFit(memory, ['node.labels.disk==ssd'], nodes, [])).toBe(0);
  });
});
