import { expect, it } from '@jest/globals';
import { makeRoom } from '../src/make-room.ts';

it('room is made where there is none, by what is there longest', () => {
  const kept = new Set(['first', 'second']);
  makeRoom(kept, 3);
  expect([...kept]).toEqual(['first', 'second']);
  makeRoom(kept, 2);
  expect([...kept]).toEqual(['second']);
});

it('what was set again is not what is there longest, once it was taken out before', () => {
  const kept = new Map([
    ['first', 1],
    ['second', 2],
  ]);
  kept.delete('first');
  makeRoom(kept, 2);
  kept.set('first', 3);
  makeRoom(kept, 2);
  expect([...kept]).toEqual([['first', 3]]);
});

it('room is made in what is empty', () => {
  const kept = new Set<string>();
  makeRoom(kept, 0);
  expect(kept.size).toBe(0);
});
