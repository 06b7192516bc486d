import { describe, expect, it } from '@jest/globals';
import { createKeyedQueue, createPool, createSerialQueue, enqueueUntil, oneWaiting } from '../src/serial-queue.ts';

describe('a serial queue', () => {
  it('runs one task at a time, in the order they were added', async () => {
    const queue = createSerialQueue();
    const held = Promise.withResolvers<void>();
    const steps: string[] = [];
    const first = queue.run(async () => {
      steps.push('first begins');
      await held.promise;
      steps.push('first ends');
      return 1;
    });
    const second = queue.run(async () => {
      steps.push('second');
      return 2;
    });
    held.resolve();
    expect(await Promise.all([first, second])).toEqual([1, 2]);
    expect(steps).toEqual(['first begins', 'first ends', 'second']);
  });

  it('goes on behind a task that fails', async () => {
    const queue = createSerialQueue();
    const failing = queue.run(() => Promise.reject(new Error('away')));
    const next = queue.run(async () => 'done');
    await expect(failing).rejects.toThrow('away');
    await expect(next).resolves.toBe('done');
  });

  it('is idle once everything added before has ended', async () => {
    const queue = createSerialQueue();
    const held = Promise.withResolvers<void>();
    const steps: string[] = [];
    const failing = queue.run(async () => {
      await held.promise;
      steps.push('failed');
      throw new Error('away');
    });
    const idle = queue.idle().then(() => steps.push('idle'));
    held.resolve();
    await expect(failing).rejects.toThrow('away');
    await idle;
    expect(steps).toEqual(['failed', 'idle']);
  });
});

describe('a pool', () => {
  it('runs so many tasks at once, and no more', async () => {
    const enqueue = createPool(2);
    const held = Promise.withResolvers<void>();
    let [running, most] = [0, 0];
    const tasks = Array.from({ length: 5 }, () =>
      enqueue(async () => {
        running += 1;
        most = Math.max(most, running);
        await held.promise;
        running -= 1;
      }),
    );
    held.resolve();
    await Promise.all(tasks);
    expect(most).toBe(2);
  });

  it('gives up a task that is aborted while it waits, at once, and goes on behind it', async () => {
    const enqueue = createPool(1);
    const held = Promise.withResolvers<void>();
    const worked: string[] = [];
    const first = enqueue(() => held.promise);
    const waiting = new AbortController();
    const second = enqueueUntil(waiting.signal, enqueue, async () => void worked.push('second'));
    const third = enqueueUntil(new AbortController().signal, enqueue, async () => void worked.push('third'));
    waiting.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    held.resolve();
    await Promise.all([first, third]);
    expect(worked).toEqual(['third']);
  });

  it('does not begin what was aborted before', async () => {
    const task = enqueueUntil(AbortSignal.abort(new Error('enough')), createPool(1), async () => 'begun');
    await expect(task).rejects.toThrow('enough');
  });
});

it('runs tasks of one key in turn, and those of another beside them', async () => {
  const inTurn = createKeyedQueue();
  const held = Promise.withResolvers<void>();
  const steps: string[] = [];
  const first = inTurn('one', async () => {
    await held.promise;
    steps.push('first of one');
  });
  const second = inTurn('one', async () => void steps.push('second of one'));
  await inTurn('two', async () => void steps.push('first of two'));
  held.resolve();
  await Promise.all([first, second]);
  expect(steps).toEqual(['first of two', 'first of one', 'second of one']);
});

it('works on the newest of the inputs that came while it ran, for all who gave one', async () => {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const worked: string[] = [];
  const apply = oneWaiting(async (input: string) => {
    worked.push(input);
    begun.resolve();
    if (input === 'a') await held.promise;
    if (input === 'c') throw new Error('not c');
  });
  const first = apply('a');
  await begun.promise;
  const others = Promise.allSettled([apply('b'), apply('c')]);
  held.resolve();
  await first;
  expect((await others).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await apply('d');
  expect(worked).toEqual(['a', 'c', 'd']);
});
