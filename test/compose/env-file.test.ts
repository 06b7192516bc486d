import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readEnvFiles } from '../../src/compose/env-file.ts';
import { ComposeError } from '../../src/compose/parse.ts';

type Rows = [string, Record<string, string> | null][];

const { raw, rows } = JSON.parse(readFileSync(new URL('reference-env-files.json', import.meta.url), 'utf8')) as {
  raw: Rows;
  rows: Rows;
};

const given = { variables: { SET: 's', EMPTY: '' }, environment: {} };

function read(text: string, format?: 'raw'): Record<string, string> | null {
  try {
    return readEnvFiles({ ...given, files: [{ file: 'a.env', text, ...(format && { format }) }] }).values;
  } catch (error) {
    if (error instanceof ComposeError) return null;
    throw error;
  }
}

describe('an env file', () => {
  it.each(rows)('%j is what the reference implementation makes of it', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each(raw)('with `format: raw`, %j is what the reference implementation makes of it', (text, expected) => {
    expect(read(text, 'raw')).toEqual(expected);
  });

  it('may end with the name of a variable, where the reference implementation needs a line break', () => {
    expect(read('SET')).toEqual({ SET: 's' });
  });

  it.each([
    ['A=1\nB C=2', '`a.env`, line 2: `B C` is not the name of a variable'],
    ['A=1\n\nB="x\ny', '`a.env`, line 3: the quote " is not closed'],
    ['A=${NO:?needed}', '`a.env`, line 1: the variable NO is required: needed. Set it with `env set`.'],
  ])('%j is refused with its line', (text, message) => {
    expect(() => readEnvFiles({ ...given, files: [{ file: 'a.env', text }] })).toThrow(message);
  });
});

it('of several env files the last one counts, and knows the variables of those before', () => {
  const files = [
    { file: 'a.env', text: 'A=1\nSET=own\n' },
    { file: 'b.env', text: 'B=$A\nA=2\nC=$A\nD=$SET\nE=$SERVICE\nF=$NONE\n' },
  ];
  expect(readEnvFiles({ ...given, files, environment: { SERVICE: 'x' } })).toEqual({
    values: { A: '2', SET: 'own', B: '1', C: '2', D: 's', E: 'x', F: '' },
    missing: ['NONE'],
  });
});

it('variables of all files share one budget', () => {
  const files = [{ file: 'a.env', text: 'A=$SET\n'.repeat(10_001) }];
  expect(() => readEnvFiles({ ...given, files })).toThrow('the file substitutes variables more than 10000 times');
});
