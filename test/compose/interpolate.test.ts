import { describe, expect, it } from '@jest/globals';
import { interpolate } from '../../src/compose/interpolate.ts';
import { shellWords } from '../../src/compose/shell-words.ts';

const variables: Record<string, string> = { SET: 'value', EMPTY: '', OTHER: 'other' };

function fill(text: string): [filled: string, missing: string[]] {
  const missing: string[] = [];
  return [
    interpolate(
      text,
      (name) => variables[name],
      (name) => missing.push(name),
    ),
    missing,
  ];
}

describe('variables in a compose file', () => {
  it.each([
    ['no variables', 'no variables'],
    ['$SET', 'value'],
    ['a-$SET.b', 'a-value.b'],
    ['${SET}x', 'valuex'],
    ['$$SET $${SET}', '$SET ${SET}'],
    ['costs 5$', 'costs 5$'],
    ['$1', '$1'],
    ['${NONE:-default}', 'default'],
    ['${NONE-default}', 'default'],
    ['${EMPTY:-default}', 'default'],
    ['${EMPTY-default}', ''],
    ['${SET:+other}', 'other'],
    ['${EMPTY:+other}', ''],
    ['${EMPTY+other}', 'other'],
    ['${SET:?needed}', 'value'],
    ['${EMPTY?needed}', ''],
    ['${NONE:-${SET}}', 'value'],
    ['${NONE:-${NONE:-$OTHER}}', 'other'],
    ['${NONE:-a:-b}', 'a:-b'],
    ['http://${SET}:${NONE:-80}/{x}', 'http://value:80/{x}'],
  ])('%s is %s', (text, filled) => {
    expect(fill(text)).toEqual([filled, []]);
  });

  it('become nothing when they are not set, which is told', () => {
    expect(fill('a$NONE${NADA}b')).toEqual(['ab', ['NONE', 'NADA']]);
  });

  it.each([
    ['${SET', 'lacks its closing brace'],
    ['${}', 'is not a variable'],
    ['${SET/a/b}', 'is not a variable'],
    ['${NONE:?set it to a name}', 'the variable NONE is required: set it to a name'],
    ['${EMPTY:?}', 'the variable EMPTY is required: it is not set'],
  ])('%s is refused', (text, message) => {
    expect(() => fill(text)).toThrow(message);
  });
});

describe('a command line', () => {
  it.each([
    ['node server.js', ['node', 'server.js']],
    ['  a \t b\nc ', ['a', 'b', 'c']],
    [`sh -c 'echo "hi there"'`, ['sh', '-c', 'echo "hi there"']],
    [`say "a \\"b\\" c\\n"`, ['say', 'a "b" c\\n']],
    [`a\\ b ''`, ['a b', '']],
    ['a \\\n b', ['a', 'b']],
    [`it"'"s`, [`it's`]],
    ['', []],
  ])('%j is split as a shell does', (line, words) => {
    expect(shellWords(line)).toEqual(words);
  });

  it('has to close its quotes', () => {
    expect(() => shellWords(`echo "x`)).toThrow('the quote " is not closed');
  });
});
