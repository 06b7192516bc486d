import { describe, expect, it } from '@jest/globals';
import { defineCommand } from '../../src/handlers/command.ts';
import { writeLine } from '../../src/handlers/write-line.ts';
import { flag, integer, many, named, optional, rest, secret, text } from '../../src/handlers/options.ts';
import { readLine } from '../support/read-line.ts';

const sample = defineCommand({
  name: 'sample run',
  summary: 'Everything an option can be',
  role: 'viewer',
  answers: 'person',
  options: {
    first: text('First'),
    count: optional(named(integer('Count', { min: -5 }))),
    tag: optional(many(named(text('Tags')))),
    force: flag('Force'),
    token: secret('Token'),
    reason: optional(rest(text('Why'))),
  },
  run: async () => ({ tone: 'info' }),
});

const hostile = [
  'two words',
  'a"b',
  "it's",
  '`tick`',
  '“typographic”',
  'back\\slash',
  'line\nbreak',
  '-x',
  'أهلا',
  '@here',
];

describe('the line of values', () => {
  it.each(hostile)('gives %j back when it is read', (value) => {
    const line = writeLine(sample, { first: value, tag: [value, 'plain'], reason: value });
    expect(readLine([sample], line).input).toMatchObject({
      first: value,
      tag: [value, 'plain'],
      force: false,
      reason: value,
    });
  });

  it('is what a person would type', () => {
    expect(writeLine(sample, { first: 'shop/api', count: -3, force: true, reason: undefined })).toBe(
      'sample run --count -3 --force shop/api',
    );
    expect(writeLine(sample, { first: 'shop/api', force: false })).toBe('sample run --no-force shop/api');
  });

  it('asks for a secret by its bare name', () => {
    const line = writeLine(sample, { first: 'x', token: true });
    expect(readLine([sample], line).missing.map(({ name }) => name)).toEqual(['token']);
  });
});
