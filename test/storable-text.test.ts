import { expect, it } from '@jest/globals';
import { isStorable, storableText } from '../src/storable-text.ts';

it.each([
  ['plain', 10, 'plain', true],
  ['a\0b', 10, 'a\ufffdb', false],
  ['a\ud83d', 10, 'a\ufffd', false],
  ['\udea2a', 10, '\ufffda', false],
  ['🚢🚢', 4, '🚢🚢', true],
  ['🚢🚢', 3, '🚢', true],
  ['abc', 2, 'ab', true],
])('%j, at most %i, is stored as %j', (text, max, stored, asItIs) => {
  expect(storableText(text, max)).toBe(stored);
  expect(isStorable(text)).toBe(asItIs);
});
