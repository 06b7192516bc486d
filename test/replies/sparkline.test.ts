import { expect, it } from '@jest/globals';
import { sparkline, squeeze } from '../../src/replies/sparkline.ts';

it('draws each value against the highest, and gaps', () => {
  expect(sparkline([0, 1, null, 4, 8], 8)).toBe('▁▂·▅█');
  expect(sparkline([0, 0], 0)).toBe('▁▁');
  expect(sparkline([12, -1], 10)).toBe('█▁');
});

it('keeps the highest of each stretch', () => {
  expect(squeeze([1, 9, null, null, 3, 2, 7], 3)).toEqual([9, null, 7]);
  expect(squeeze([1, null], 3)).toEqual([1, null]);
});
