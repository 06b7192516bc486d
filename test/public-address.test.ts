import { expect, it } from '@jest/globals';
import { hasPublicHost } from '../src/public-address.ts';

it.each([
  ['https://ship.example.com/deployments/1', true],
  ['http://192.0.2.7:8080', true],
  ['http://localhost:8080', false],
  ['http://3f2c1ab4d5e6:8080/deployments/1', false],
  ['nonsense', false],
])('%s: %s', (url, expected) => {
  expect(hasPublicHost(url)).toBe(expected);
});
