import { expect, it } from '@jest/globals';
import { idRange } from '../../src/usecases/id-prefix.ts';

it('is the range of the ids that begin so, hyphens or not', () => {
  const range = { $gte: `3f2c1ab4${'9'}${'0'.repeat(23)}`, $lte: `3f2c1ab4${'9'}${'f'.repeat(23)}` };
  expect(idRange('3f2c1ab49')).toEqual(range);
  expect(idRange(' 3F2C1AB4-9 ')).toEqual(range);
});

it.each(['3f2c1ab', 'latest', '', `${'0'.repeat(33)}`, '3f2c1abg'])('is nothing for %j', (text) => {
  expect(idRange(text)).toBeUndefined();
});
