import { expect, it } from '@jest/globals';
import { typedCommand } from '../../../src/usecases/one-offs/typed-command.ts';

it.each([
  ['echo “hello world”', 'echo "hello world"'],
  ['psql -c ‘select 1’', "psql -c 'select 1'"],
  ['npm run seed —force', 'npm run seed --force'],
  // Typed on a keyboard: what is typographic is meant.
  [`echo "a “quote”"`, `echo "a “quote”"`],
  ['echo a — b', 'echo a — b'],
])('%s is meant as %s', (typed, meant) => {
  expect(typedCommand(typed)).toBe(meant);
});
