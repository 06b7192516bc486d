import { expect, it } from '@jest/globals';
import { readSurvey } from '../../../src/usecases/backups/survey-server.ts';

it('tells how many there are of each kind, and the first names', () => {
  const printed =
    'other databases of the server\t2\tshop, test\nchanges by config set\t3\t\nNOTICE: no kind\n\nviews\t0\t\n';
  expect(readSurvey(printed)).toEqual(['2 other databases of the server: shop, test', '3 changes by config set']);
});

it('takes names for text that others wrote, up to a limit', () => {
  const [first, ...more] = readSurvey(`roles\t1\t\u001b[31m${'x'.repeat(300)}\n${'roles\t1\ta\n'.repeat(50)}`);
  expect(first).toBe(`1 roles: ${'x'.repeat(200)}…`);
  expect(more).toHaveLength(19);
});
