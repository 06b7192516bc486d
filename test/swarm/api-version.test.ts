import { expect, it } from '@jest/globals';
import { isIn } from '../../src/swarm/api-version.ts';

it.each([
  ['1.41', false],
  ['1.43', false],
  ['1.44', true],
  ['1.51', true],
  ['1.9', false],
  ['2.0', true],
])('version %s of the API knows a start interval: %s', (version, knows) => {
  expect(isIn(version, 'startInterval')).toBe(knows);
});
