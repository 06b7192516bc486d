import { describe, expect, it } from '@jest/globals';
import { ComposeError, parseCompose } from '../../src/compose/parse.ts';

/** Why a file is refused, line by line, without its head. */
function refused(text: string): string[] {
  try {
    parseCompose({ file: 'compose.yaml', text, variables: {}, profiles: [] });
  } catch (error) {
    if (error instanceof ComposeError) return error.message.split('\n').slice(1);
    throw error;
  }
  throw new Error('it was accepted');
}

describe('what a compose file may hold', () => {
  it.each([
    [
      `services:\n${Array.from({ length: 101 }, (_, at) => `  s${at}: { image: i }\n`).join('')}`,
      'line 1: it has 101 services. An application has at most 100: split it into several',
    ],
    [`services: { web: { image: i, command: ${'['.repeat(30)}${']'.repeat(30)} } }`, 'nested more than 20 levels deep'],
    [`x: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'nested more than 20 levels deep'],
    [
      `a: &a [${'x,'.repeat(99)}]\nb: &b [${'*a,'.repeat(30)}]\nc: [${'*b,'.repeat(30)}]`,
      'it has more than 50000 values, counting those repeated by aliases',
    ],
    [`services: { web: { image: i, working_dir: ${'/'.repeat(50_000)}x } }`, 'is longer than 1000 characters'],
    [
      'services: { web: { image: "${A:-${A:-${A:-x}}" } }',
      'services.web.image: `${A:-${A:-${A:-x}}` lacks its closing',
    ],
  ])('%.60s', (text, message) => {
    expect(refused(text).join('\n')).toContain(message);
  });
});

it('a message names the first 50 problems, and how many more there are', () => {
  const lines = refused(
    `services:\n${Array.from({ length: 60 }, (_, at) => `  s${at}: { ${'k'.repeat(5_000)}: 1 }\n`).join('')}`,
  );
  expect(lines).toHaveLength(51);
  expect(lines.at(-1)).toBe('and 10 more');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1_100);
});

it('prints nothing of a file to standard error', async () => {
  const warned: Error[] = [];
  const note = (warning: Error) => void warned.push(warning);
  process.on('warning', note);
  refused('services: { web: { image: i } }\n? { secret: text }\n: 1');
  await new Promise(setImmediate);
  process.off('warning', note);
  expect(warned).toEqual([]);
});
