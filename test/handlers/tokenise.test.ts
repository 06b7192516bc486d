import { describe, expect, it } from '@jest/globals';
import { requireClosed, tokenise } from '../../src/handlers/tokenise.ts';

function words(line: string): string[] {
  return tokenise(line).map((token) => token.text);
}

describe('tokenise', () => {
  it.each([
    ['', []],
    ['  deploy   shop/api ', ['deploy', 'shop/api']],
    ['deploy\tshop/api\nmain', ['deploy', 'shop/api', 'main']],
    ['env set api A="hello world" B=2', ['env', 'set', 'api', 'A=hello world', 'B=2']],
    [`x 'one two' three`, ['x', 'one two', 'three']],
    ['x “one two” ‘three four’', ['x', 'one two', 'three four']],
    ['deploy `shop/api` `v1.4.2`', ['deploy', 'shop/api', 'v1.4.2']],
    [`lock shop/api it's broken`, ['lock', 'shop/api', `it's`, 'broken']],
    ['lock shop/api it’s broken', ['lock', 'shop/api', 'it’s', 'broken']],
    [String.raw`x "say \"hi\"" a\ b c\d`, ['x', 'say "hi"', 'a b', String.raw`c\d`]],
    [String.raw`x 'a\b' \"`, ['x', String.raw`a\b`, '"']],
    [`x ""`, ['x', '']],
    [String.raw`x "a'b\\"c\d`, ['x', String.raw`a'b\c\d`]],
    [`x a'b"c\`d`, ['x', `a'b"c\`d`]],
    ["x A='\"`'b \"'“ y", ['x', 'A="`b', "'", 'y']],
    ['deploy api —force', ['deploy', 'api', '--force']],
    ['deploy api –force', ['deploy', 'api', '--force']],
    [`app set api health-cmd='["node","check.js"]'`, ['app', 'set', 'api', 'health-cmd=["node","check.js"]']],
  ])('splits %j', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  it('tells where each word stands', () => {
    expect(tokenise('a  "b c"')).toEqual([
      { text: 'a', start: 0, end: 1 },
      { text: 'b c', start: 3, end: 8 },
    ]);
  });

  it('stops after one word more than a line may have', () => {
    expect(tokenise('x '.repeat(100_000))).toHaveLength(10_001);
  });

  it('names the quote that is not closed', () => {
    expect(() => requireClosed(tokenise('x "open'))).toThrow('A quote (") is not closed.');
  });

  it('bears with an open quote while the line is being typed', () => {
    expect(tokenise('x "op').at(-1)?.text).toBe('op');
  });
});
