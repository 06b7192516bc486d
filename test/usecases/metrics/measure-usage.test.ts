import { describe, expect, it } from '@jest/globals';
import type { NodeUsage, TaskUsage } from '../../../src/swarm/services/task-usage.ts';
import { measureUsage, readingsOf } from '../../../src/usecases/metrics/measure-usage.ts';

const web: TaskUsage = {
  application: 'a1',
  service: 'web',
  slot: 1,
  container: 'c1',
  readAt: 1_000_000,
  cpuNanos: 5e9,
  memoryBytes: 100,
  memoryLimitBytes: 400,
  receivedBytes: 1_000,
  sentBytes: 2_000,
};

function usage(running: TaskUsage[], ended: string[] = []): NodeUsage {
  const place = { application: 'a1', service: 'web', slot: 1 };
  return { running, ended: ended.map((task) => ({ ...place, task })), left: 0 };
}

describe('what is measured', () => {
  it('is memory at a first look, and rates from the second on', () => {
    const first = usage([web]);
    expect(measureUsage(first, undefined)).toEqual([
      {
        application: 'a1',
        service: 'web',
        slot: 1,
        samples: 1,
        cpuSeconds: 0,
        measuredSeconds: 0,
        memoryBytes: 100,
        memoryLimitBytes: 400,
        receivedBytes: 0,
        sentBytes: 0,
        restarts: 0,
      },
    ]);
    const later = {
      ...web,
      readAt: 1_060_000,
      cpuNanos: 8e9,
      memoryBytes: 150,
      receivedBytes: 1_600,
      sentBytes: 2_060,
    };
    expect(measureUsage(usage([later]), readingsOf(first))).toEqual([
      expect.objectContaining({
        cpuSeconds: 3,
        measuredSeconds: 60,
        memoryBytes: 150,
        receivedBytes: 600,
        sentBytes: 60,
      }),
    ]);
  });

  it.each([
    ['of another container', { container: 'c2', readAt: 1_060_000 }],
    ['of a counter that went back', { readAt: 1_060_000, cpuNanos: 1e9 }],
    ['of a clock that stood still', { cpuNanos: 6e9 }],
  ])('has no rates %s', (_what, changes) => {
    const [one] = measureUsage(usage([{ ...web, ...changes }]), readingsOf(usage([web])));
    expect(one).toMatchObject({ samples: 1, cpuSeconds: 0, measuredSeconds: 0, receivedBytes: 0 });
  });

  it('has what the old and the new task of a slot use together while one replaces the other', () => {
    const fresh = { ...web, container: 'c2', memoryBytes: 70 };
    const before = readingsOf(usage([web, fresh]));
    const later = [web, fresh].map((one) => ({ ...one, readAt: 1_030_000, cpuNanos: 6e9 }));
    expect(measureUsage(usage(later), before)).toEqual([
      expect.objectContaining({ samples: 1, cpuSeconds: 2, measuredSeconds: 30, memoryBytes: 100 }),
    ]);
  });

  it('counts each end of a task once, and none that was there at the first look', () => {
    const first = usage([web], ['t1']);
    expect(measureUsage(first, undefined)).toEqual([expect.objectContaining({ restarts: 0 })]);
    const second = usage([web], ['t1', 't2', 't3']);
    expect(measureUsage(second, readingsOf(first))).toEqual([expect.objectContaining({ samples: 1, restarts: 2 })]);
    expect(measureUsage(second, readingsOf(second))).toEqual([expect.objectContaining({ restarts: 0 })]);
  });

  it('has the restarts of a slot whose task does not run', () => {
    expect(measureUsage(usage([], ['t2']), readingsOf(usage([])))).toEqual([
      expect.objectContaining({ samples: 0, memoryBytes: 0, restarts: 1 }),
    ]);
  });
});
