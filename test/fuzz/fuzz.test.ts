import { expect, it } from '@jest/globals';
import { properties } from './properties/index.ts';

/** Of each property; `npm run fuzz` tries a million in all. */
const inputs = 150;
/** The same inputs in every run, so that the suite fails only for changes. */
const seed = 20_261_128;

it.each(properties.map((one) => [one.name, one] as const))(
  'nothing but sentences comes of any %s',
  async (_, { check }) => {
    await expect(check({ inputs, seed })).resolves.toBeUndefined();
  },
);

it('the long run tries a million inputs', () => {
  expect(properties.reduce((sum, one) => sum + one.inputs, 0)).toBeGreaterThanOrEqual(1_000_000);
});
