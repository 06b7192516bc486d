import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { withLimits } from '../../../scripts/docs/limits.ts';

it('the limits in docs/operation.md are up to date (npm run docs)', async () => {
  const written = await readFile(new URL('../../../docs/operation.md', import.meta.url), 'utf8');
  expect(written).toBe(withLimits(written));
});
