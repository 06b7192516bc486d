import { describe, expect, it } from '@jest/globals';
import { readArguments } from '../../src/cli/read-arguments.ts';
import { tokenise } from '../../src/handlers/tokenise.ts';

describe('readArguments', () => {
  it('keeps what is for the client out of the line', () => {
    expect(readArguments(['status', 'shop/api', '--json', '--wait'])).toEqual({
      line: 'status shop/api',
      json: true,
      wait: true,
      attached: undefined,
    });
    expect(readArguments(['env', 'import', 'api', '-'])).toMatchObject({ line: 'env import api', attached: 'stdin' });
    for (const words of [['--file', '.env'], ['--file=.env']]) {
      const given = readArguments(['env', 'import', ...words, 'api']);
      expect(given).toMatchObject({ line: 'env import api', attached: { file: '.env' } });
    }
    expect(readArguments(['run', 'api', '--', 'cat', '--file', '-'])).toMatchObject({
      line: 'run api -- "cat --file -"',
      attached: undefined,
    });
    expect(readArguments(['deploy', 'api', '--no-wait']).wait).toBe(false);
    expect(readArguments(['deploy', 'api']).wait).toBeUndefined();
  });

  it.each([
    ['A=hello world'],
    ['say "hi"'],
    [`it's`],
    [String.raw`back\slash`],
    ['“smart” quotes’'],
    ['a\nb'],
    ['`x`'],
    [''],
  ])('the server reads %j as it was given', (word) => {
    const tokens = tokenise(readArguments(['x', word]).line);
    expect(tokens.map((token) => token.text)).toEqual(['x', word]);
  });
});
