import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { ComposeError, parseCompose } from '../../src/compose/parse.ts';

const { rows } = JSON.parse(readFileSync(new URL('reference-values.json', import.meta.url), 'utf8')) as {
  rows: [string, string | null][];
};

/** A variable's value; null when the file is refused or the variable has none. */
function valueOf(written: string): string | null {
  const text = `services:\n  web:\n    image: i\n    environment:\n      V: ${written}\n`;
  try {
    const { services } = parseCompose({ file: 'compose.yaml', text, variables: { SET: 's', EMPTY: '' }, profiles: [] });
    return services[0]?.environment['V'] ?? null;
  } catch (error) {
    if (error instanceof ComposeError) return null;
    throw error;
  }
}

it.each(rows)('%s is what the reference implementation makes of it', (written, expected) => {
  expect(valueOf(written)).toBe(expected);
});

it.each([
  // The reference implementation rounds it to 1.2345678901234568e+20.
  ['123456789012345678901', '123456789012345678901'],
  // The reference implementation refuses a date without quotes.
  ['2024-01-02', '2024-01-02'],
])('%s differs from the reference implementation on purpose', (written, expected) => {
  expect(valueOf(written)).toBe(expected);
});
