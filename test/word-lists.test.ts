import { describe, expect, it } from '@jest/globals';
import { allOf, anyOf } from '../src/word-lists.ts';

describe('anyOf', () => {
  it.each([
    [[], ''],
    [['a'], '`a`'],
    [['a', 'b'], '`a` or `b`'],
    [['a', 'b', 'c'], '`a`, `b` or `c`'],
  ])('of %j is %s', (values, sentence) => {
    expect(anyOf(values)).toBe(sentence);
  });
});

describe('allOf', () => {
  it.each([
    [[], ''],
    [['a'], '`a`'],
    [['a', 'b'], '`a` and `b`'],
    [['a', 'b', 'c'], '`a`, `b` and `c`'],
  ])('of %j is %s', (values, sentence) => {
    expect(allOf(values)).toBe(sentence);
  });
});
