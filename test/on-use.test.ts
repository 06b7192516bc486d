import { expect, test } from '@jest/globals';
import { onUse } from '../src/on-use.ts';

test('makes a part at its first use, once for all who ask', async () => {
  let made = 0;
  const part = onUse(async () => ({ made: (made += 1) }));
  expect(made).toBe(0);
  const [first, second] = await Promise.all([part(), part()]);
  expect(second).toBe(first);
  expect(await part()).toBe(first);
  expect(made).toBe(1);
});

test('tries again after a failure', async () => {
  let tries = 0;
  const part = onUse(async () => {
    tries += 1;
    if (tries === 1) throw new Error('not yet');
    return tries;
  });
  await expect(part()).rejects.toThrow('not yet');
  expect(await part()).toBe(2);
});
