import { expect, it } from '@jest/globals';
import { isGivenUp, misdirectedBy } from '../../../src/swarm/services/misdirected.ts';

const loopback = 'port 8080 listens on 127.0.0.1 only: bind 0.0.0.0';
const elsewhere = 'nothing listens on port 8080; the container listens on 3000';

it.each([
  [loopback, 'loopback'],
  ['port 8080 listens on [::1] only: bind 0.0.0.0', 'loopback'],
  [elsewhere, 'elsewhere'],
  ['nothing listens on port 8080; the container listens on no port', undefined],
  ['GET /healthz on port 8080 answered 500', undefined],
])('%s: %s', (check, kind) => {
  expect(misdirectedBy(check, undefined, 5)).toEqual(kind && { kind, text: check, since: 5 });
});

it('the time begins when it is seen first, and anew when something else is', () => {
  const first = misdirectedBy(elsewhere, undefined, 1_000);
  const other = elsewhere.replace('3000', '3000, 9229');
  expect(misdirectedBy(other, first, 2_000)).toEqual({ kind: 'elsewhere', text: other, since: 1_000 });
  expect(misdirectedBy(undefined, first, 2_000)).toBe(first);
  expect(misdirectedBy(loopback, first, 2_000)).toMatchObject({ kind: 'loopback', since: 2_000 });
  expect(misdirectedBy('GET / on port 8080 answered 500', first, 2_000)).toBeUndefined();
});

it('on loopback only it has a twelfth of the time, on other ports half of it', () => {
  const since = 1_000;
  expect([6_000, 6_001].map((now) => isGivenUp({ kind: 'loopback', text: loopback, since }, 60_000, now))).toEqual([
    false,
    true,
  ]);
  expect([31_000, 31_001].map((now) => isGivenUp({ kind: 'elsewhere', text: elsewhere, since }, 60_000, now))).toEqual([
    false,
    true,
  ]);
});
