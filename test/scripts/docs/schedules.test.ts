import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { jobs } from '../../../src/jobs/index.ts';
import { scheduleDocs } from '../../../scripts/docs/schedules.ts';

it('docs/schedules.md is up to date (npm run docs)', async () => {
  const written = await readFile(new URL('../../../docs/schedules.md', import.meta.url), 'utf8');
  expect(written).toBe(scheduleDocs(jobs));
});

it.each([
  ['* * * * *', 'every minute'],
  ['*/15 * * * *', 'every 15 minutes'],
  ['7-59/15 * * * *', 'every 15 minutes'],
  ['5 * * * *', 'every hour at :05'],
  ['7 2 * * *', 'every day at 02:07'],
  ['0 3 * * SUN', '`0 3 * * SUN`'],
  [undefined, 'on demand'],
])('%s is written as %s', (schedule, words) => {
  const job = { name: 'tidy', summary: 'Tidies', ...(schedule !== undefined && { schedule }) };
  expect(scheduleDocs([job])).toContain(`| \`tidy\` | ${words} | Tidies |`);
});
