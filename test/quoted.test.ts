import { describe, expect, it } from '@jest/globals';
import { quoted } from '../src/quoted.ts';

describe('quoted', () => {
  it.each([
    ['shop/api', '`shop/api`'],
    ['', '``'],
    ['x'.repeat(100), `\`${'x'.repeat(100)}\``],
    ['x'.repeat(101), `\`${'x'.repeat(100)}…\``],
  ])('writes %j for a sentence', (text, written) => {
    expect(quoted(text)).toBe(written);
  });
});
