import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { withGlobs } from '../../../scripts/docs/globs.ts';

it('the table of matching paths in docs/webhooks.md is up to date (npm run docs)', async () => {
  const file = new URL('../../../docs/webhooks.md', import.meta.url);
  const written = await readFile(file, 'utf8');
  expect(written).toBe(withGlobs(written));
});
