import { describe, expect, it } from '@jest/globals';
import { readArguments } from '../../src/cli/read-arguments.ts';
import { tokenise } from '../../src/handlers/tokenise.ts';

describe('readArguments', () => {
  it('keeps what is for the client out of the line', () => {
    expect(readArguments(['status', 'shop/api', '--json', '--wait'])).toEqual({
      line: 'status shop/api',
      json: true,
      wait: true,
      stdin: false,
    });
    expect(readArguments(['env', 'import', 'api', '-'])).toMatchObject({ line: 'env import api', stdin: true });
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
