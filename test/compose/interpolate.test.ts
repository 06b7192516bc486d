import { describe, expect, it } from '@jest/globals';
import { createBudget, interpolate } from '../../src/compose/interpolate.ts';
import { shellWords } from '../../src/compose/shell-words.ts';

const variables: Record<string, string> = { SET: 'value', EMPTY: '', OTHER: 'other', 'shared.SET': 'ours' };

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
    ['${shared.SET} ${shared.NONE:-none} $${shared.SET}', 'ours none ${shared.SET}'],
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

describe('what one file may ask for', () => {
  const nested = (depth: number) => `${'${NONE:-'.repeat(depth)}x${'}'.repeat(depth)}`;

  it('is nested 20 levels deep and no deeper', () => {
    expect(fill(nested(20))).toEqual(['x', []]);
    expect(() => fill(nested(22))).toThrow('variables are nested more than 20 levels deep. Nest them less deeply.');
  });

  it('reads each character once, however deep the braces are', () => {
    let asked = 0;
    const count = (text: string) => {
      asked = 0;
      interpolate(text, () => ((asked += 1), 'value'), neverMissing);
      return asked;
    };
    // What is not taken is not looked at: one look-up for all of it.
    expect(count(nested(100_000))).toBe(1);
    expect(count(nested(200_000))).toBe(1);
  });

  it.each([
    ['no closing brace', '${A'.repeat(100_000), 'lacks its closing brace'],
    ['no name', `\${${'{'.repeat(100_000)}}`, 'is not a variable'],
  ])('says what is wrong with 100,000 braces of it: %s', (_, text, message) => {
    const error = caught(() => fill(text));
    expect(error).toContain(message);
    expect(error.length).toBeLessThan(300);
  });

  it('fills in variables 10,000 times', () => {
    expect(fill('$SET'.repeat(10_000))[0]).toBe('value'.repeat(10_000));
    expect(() => fill('$SET'.repeat(10_001))).toThrow(
      'the file substitutes variables more than 10000 times. Split it up.',
    );
  });

  it('becomes five million characters longer at most, over all texts of a file', () => {
    const budget = createBudget();
    const long = (text: string) => interpolate(text, () => 'v'.repeat(100_000), neverMissing, budget);
    expect(long('$A'.repeat(50))).toHaveLength(5_000_000);
    expect(() => long('$A')).toThrow('the substituted variables of the file exceed 5 million characters.');
  });
});

function neverMissing(variable: string): void {
  throw new Error(`${variable} is missing`);
}

function caught(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

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
