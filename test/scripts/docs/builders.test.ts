import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { withBuilders } from '../../../scripts/docs/builders.ts';

it('docs/builders.md has the tables of the builders (npm run docs)', async () => {
  const text = await readFile(new URL('../../../docs/builders.md', import.meta.url), 'utf8');
  expect(text).toBe(withBuilders(text));
});
