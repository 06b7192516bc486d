import { expect, it } from '@jest/globals';
import { createThreads, type ThreadLimitError } from '../../src/host/threads.ts';

const threads = createThreads({ atOnce: 1, memory: 64 });

/** A module of a thread. */
function moduleOf(code: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

it('a task has its time from when it begins, however long its thread takes to start', async () => {
  const pause = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_000)';
  const file = moduleOf(`${pause}; export const double = (given) => 2 * given`);
  expect(await threads.run<(given: number) => number>({ file, name: 'double' }, 21, { timeMs: 3_000 })).toBe(42);
});

it('a task that takes longer ends with its thread, and the next one gets another', async () => {
  const file = moduleOf('export const forEver = () => { for (;;); }; export const one = () => 1');
  const limit = { limit: 'time' } satisfies Partial<ThreadLimitError>;
  await expect(threads.run({ file, name: 'forEver' }, undefined as never, { timeMs: 100 })).rejects.toMatchObject(
    limit,
  );
  expect(await threads.run({ file, name: 'one' }, undefined as never, { timeMs: 60_000 })).toBe(1);
});
