import { describe, expect, it } from '@jest/globals';
import { explain } from '../../src/causes/explain.ts';
import { keyMarks } from '../../src/causes/key-lines.ts';
import { rules } from '../../src/causes/rules.ts';
import { commands } from '../../src/handlers/commands/index.ts';

const all = Object.values(rules).flatMap((ofSource) => Object.entries(ofSource));
const patterns = [
  ...all.flatMap(([id, { when }]) => [when].flat().map((one) => [id, one] as const)),
  ...keyMarks.map((one) => ['mark', one] as const),
];

describe('every pattern', () => {
  it.each(patterns)('of %s is linear: %s', (_id, { source, flags }) => {
    // Without classes and escapes, what repeats without a limit is a `*`, a `+` or a `{n,}`.
    const plain = source.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
    expect(plain).not.toMatch(/[*+]|\{\d+,\}/);
    expect(flags).not.toMatch(/[gys]/);
  });
});

describe('a rule', () => {
  it.each(all)('%s names a command that exists', (_id, { mend }) => {
    const line = /`([^`]*)`$/.exec(mend)?.[1] ?? '';
    const known = commands.some(({ name }) => `${line} `.startsWith(`${name} `));
    expect([line, known]).toEqual([line, true]);
  });

  it.each([
    [
      'Health check exceeded timeout (10s)',
      'its health check did not end within 10s, as it hangs or its node is too busy to start it',
    ],
    ['Health check exceeded timeout (1m0s): HTTP/1.1 500', 'its health check is answered with status 500'],
  ])('says of a check that the Engine ended, %s', (output, cause) => {
    const failure = { errors: ['its health check kept failing'], check_output: output };
    expect(explain(failure, { app: 'shop/api' }).cause).toBe(cause);
  });

  it('is one of at least forty', () => {
    expect(all.length).toBeGreaterThanOrEqual(40);
  });
});
