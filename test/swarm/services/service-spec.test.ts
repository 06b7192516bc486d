import { describe, expect, it } from '@jest/globals';
import { mergeSpec } from '../../../src/swarm/services/merge-spec.ts';
import { toEngineSpec, updateOrder } from '../../../src/swarm/services/service-spec.ts';
import type { ServiceSpec } from '../../../src/swarm/swarm.ts';

const plain: ServiceSpec = {
  name: 'shop-api-1f3a9c02',
  image: 'shipmate/shop-api:3f2c',
  replicas: 3,
  env: { PORT: '8080', A: '1' },
  secretFiles: {},
  docker: {},
  network: 'shop-7be1d2c4',
  labels: { 'shipmate.application': 'a', 'shipmate.deployment': 'd' },
  monitorSeconds: 5,
};
const resolved = { networks: [{ id: 'n1' }], secrets: {} };

describe('toEngineSpec', () => {
  it('turns everything configured into the Engine’s units', () => {
    const spec = toEngineSpec(
      {
        ...plain,
        docker: {
          ports: [{ container: 8080 }],
          healthcheck: { test: ['CMD', 'check'], interval: '30s', timeout: '500ms', start_period: '1m30s', retries: 2 },
          resources: { limits: { memory: '512M', cpus: '0.5' }, reservations: { memory: '64M' } },
          command: ['run'],
          args: ['--fast'],
          constraints: ['node.labels.disk==ssd'],
          stop_grace_period: '20s',
        },
      },
      { networks: [{ id: 'n1' }], secrets: { TOKEN: { id: 's1', name: 'shop-api-s' } } },
    );
    const update = { Parallelism: 2, Delay: 0, Monitor: 5e9, MaxFailureRatio: 0, Order: 'start-first' };
    expect(spec).toEqual({
      Name: 'shop-api-1f3a9c02',
      Labels: {
        'shipmate.application': 'a',
        'shipmate.deployment': 'd',
        'shipmate.managed': 'true',
        'shipmate.spec': expect.stringMatching(/^[0-9a-f]{16}$/),
      },
      Mode: { Replicated: { Replicas: 3 } },
      TaskTemplate: {
        ContainerSpec: {
          Image: 'shipmate/shop-api:3f2c',
          Labels: { 'shipmate.application': 'a' },
          Command: ['run'],
          Args: ['--fast'],
          Env: ['A=1', 'PORT=8080'],
          Healthcheck: { Test: ['CMD', 'check'], Interval: 30e9, Timeout: 5e8, StartPeriod: 90e9, Retries: 2 },
          StopGracePeriod: 20e9,
          Secrets: [
            {
              File: { Name: 'TOKEN', UID: '0', GID: '0', Mode: 0o444 },
              SecretID: 's1',
              SecretName: 'shop-api-s',
            },
          ],
        },
        Resources: {
          Limits: { MemoryBytes: 512 * 1024 ** 2, NanoCPUs: 5e8 },
          Reservations: { MemoryBytes: 64 * 1024 ** 2 },
        },
        RestartPolicy: { Condition: 'any', Delay: 1e9, MaxAttempts: 0 },
        Placement: { Constraints: ['node.labels.disk==ssd'] },
        Networks: [{ Target: 'n1' }],
      },
      UpdateConfig: { ...update, FailureAction: 'rollback' },
      RollbackConfig: { ...update, FailureAction: 'pause' },
      EndpointSpec: { Mode: 'dnsrr', Ports: [] },
    });
  });

  it('checks often at the start where the Engine knows how, with the hash that it has without', () => {
    const specOf = (healthcheck: NonNullable<ServiceSpec['docker']['healthcheck']>, startInterval: boolean) =>
      toEngineSpec({ ...plain, docker: { healthcheck } }, { ...resolved, startInterval });
    const formOf = (check: NonNullable<ServiceSpec['docker']['healthcheck']>) =>
      specOf(check, true).TaskTemplate.ContainerSpec?.Healthcheck;
    const test = ['CMD', 'check'];
    expect(formOf({ test, interval: '5s' })).toEqual({
      Test: test,
      Interval: 5e9,
      StartPeriod: 5e9,
      StartInterval: 5e8,
    });
    expect(formOf({ test })).toEqual({ Test: test, StartPeriod: 30e9, StartInterval: 5e8 });
    const slow = { test, interval: '200ms', start_period: '1m' };
    expect(formOf(slow)).toEqual({ Test: test, Interval: 2e8, StartPeriod: 60e9, StartInterval: 2e8 });
    expect(formOf({ test, start_period: '0s' })).toEqual({ Test: test, StartPeriod: 0 });
    const asked = { test, start_period: '1m', start_interval: '3s' };
    expect(formOf(asked)).toEqual({ Test: test, StartPeriod: 60e9, StartInterval: 3e9 });
    expect(formOf({ test: ['NONE'] })).toEqual({ Test: ['NONE'] });
    const older = specOf({ test, interval: '5s' }, false);
    expect(older.TaskTemplate.ContainerSpec?.Healthcheck).toEqual({ Test: test, Interval: 5e9 });
    expect(specOf({ test, interval: '5s' }, true).Labels['shipmate.spec']).toBe(older.Labels['shipmate.spec']);
  });

  it('watches as long as the health check needs, with the hash that it has without', () => {
    const spec = toEngineSpec(plain, { ...resolved, monitorSeconds: 2 });
    expect([spec.UpdateConfig?.Monitor, spec.RollbackConfig?.Monitor]).toEqual([2e9, 2e9]);
    expect(spec.Labels['shipmate.spec']).toBe(toEngineSpec(plain, resolved).Labels['shipmate.spec']);
  });

  it('publishes host ports in host mode and then stops the old task first', () => {
    const docker = { ports: [{ container: 8080 }, { container: 53, host: 5353 }] };
    const spec = toEngineSpec({ ...plain, docker }, resolved);
    expect(spec.EndpointSpec?.Ports).toEqual([
      { Protocol: 'tcp', TargetPort: 53, PublishedPort: 5353, PublishMode: 'host' },
    ]);
    expect(spec.UpdateConfig?.Order).toBe('stop-first');
    expect(updateOrder(docker)).toBe('stop-first');
    expect(updateOrder({ ports: [{ container: 8080 }] })).toBe('start-first');
  });

  it('has the same hash for the same wish, whatever the order of its variables', () => {
    const hash = (spec: ServiceSpec) => toEngineSpec(spec, resolved).Labels['shipmate.spec'];
    expect(hash({ ...plain, env: { A: '1', PORT: '8080' } })).toBe(hash(plain));
    expect(hash({ ...plain, replicas: 4 })).not.toBe(hash(plain));
  });

  it('refuses values nobody can mean', () => {
    const limits = { memory: 'lots' };
    expect(() => toEngineSpec({ ...plain, docker: { resources: { limits } } }, resolved)).toThrow(
      'is not a size from `0B`',
    );
  });
});

describe('mergeSpec', () => {
  const before = {
    ...toEngineSpec({ ...plain, docker: { healthcheck: { test: ['NONE'] } } }, resolved),
    TaskTemplate: {
      ContainerSpec: { Mounts: [], Healthcheck: { Test: ['NONE'] } },
      ForceUpdate: 4,
      LogDriver: { Name: 'local' },
    },
  };

  it('keeps what an operator added and takes away what is no longer wanted', () => {
    const { TaskTemplate } = mergeSpec(before, toEngineSpec(plain, resolved), false);
    expect(TaskTemplate).toMatchObject({ LogDriver: { Name: 'local' }, ForceUpdate: 4, ContainerSpec: { Mounts: [] } });
    expect(TaskTemplate.ContainerSpec?.Healthcheck).toBeUndefined();
  });

  it('counts up to force new tasks', () => {
    expect(mergeSpec(before, toEngineSpec(plain, resolved), true).TaskTemplate.ForceUpdate).toBe(5);
    expect(mergeSpec({}, toEngineSpec(plain, resolved), false).TaskTemplate.ForceUpdate).toBe(0);
  });
});
