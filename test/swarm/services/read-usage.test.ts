import type Docker from 'dockerode';
import { expect, it } from '@jest/globals';
import { usageOf } from '../../../src/swarm/services/read-usage.ts';

const place = { application: 'a1', service: '', slot: 1, container: 'c1', memoryLimitBytes: undefined };

function stats(memory: object, networks?: object): Docker.ContainerStats {
  const cpu_stats = { cpu_usage: { total_usage: 7e9 } };
  return {
    read: '2026-11-29T12:00:00.5Z',
    cpu_stats,
    memory_stats: memory,
    networks,
  } as unknown as Docker.ContainerStats;
}

it.each([
  ['cgroups 2', { usage: 100, stats: { inactive_file: 30 } }, 70],
  ['cgroups 1', { usage: 100, stats: { inactive_file: 1, total_inactive_file: 40 } }, 60],
  ['a kernel that tells no cache', { usage: 100 }, 100],
  ['a cache that is larger than all', { usage: 100, stats: { inactive_file: 120 } }, 100],
])('leaves the page cache out: %s', (_what, memory, memoryBytes) => {
  expect(usageOf(stats(memory), place)?.memoryBytes).toBe(memoryBytes);
});

it('adds up all networks', () => {
  const networks = { eth0: { rx_bytes: 1, tx_bytes: 20 }, eth1: { rx_bytes: 2, tx_bytes: 30 } };
  expect(usageOf(stats({ usage: 5 }, networks), place)).toEqual({
    ...place,
    readAt: Date.parse('2026-11-29T12:00:00.500Z'),
    cpuNanos: 7e9,
    memoryBytes: 5,
    receivedBytes: 3,
    sentBytes: 50,
  });
});

it('is nothing for a container that has ended', () => {
  expect(usageOf(stats({}), place)).toBeUndefined();
});
