import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { composeDocs } from '../../../scripts/docs/compose.ts';

it('docs/compose.md is up to date (node scripts/generate-docs.ts)', async () => {
  expect(await readFile(new URL('../../../docs/compose.md', import.meta.url), 'utf8')).toBe(composeDocs());
});

it('every key that is supported is described', () => {
  expect(composeDocs()).not.toMatch(/\| {2}\|/);
});
