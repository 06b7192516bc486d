import { expect, it } from '@jest/globals';
import { findBaseImages, findHeredoc } from '../../../src/swarm/images/parse-dockerfile.ts';
import { followTurns } from '../../support/longest-turn.ts';

it('finds the images in a thread', async () => {
  const text = 'ARG BASE=node:24\nFROM $BASE AS build\nCOPY --from=nginx:1 /a /b\n';
  expect(await findBaseImages(text, { BASE: 'node:20' })).toEqual(['node:20', 'nginx:1']);
});

it('refuses with the sentence of the thread', async () => {
  await expect(findBaseImages('FROM ${A#b}', {})).rejects.toThrow(
    '`${A#b}` is an image name that cannot be resolved before the build. Use `${NAME:-default}`.',
  );
});

it.each([
  ['FROM a\nRUN <<EOF\necho\nEOF', true],
  ['FROM a\nRUN echo "<<EOF"', false],
])('%j has a here-document: %p', async (text, has) => {
  expect(await findHeredoc(text)).toBe(has);
});

it('holds nobody up with a large file', async () => {
  const text = `FROM nginx\n${'COPY --from=nginx:1 a b\n'.repeat(15_000)}`;
  const longestTurn = followTurns();
  expect(await findBaseImages(text, {})).toEqual(['nginx', 'nginx:1']);
  expect(longestTurn()).toBeLessThan(1_000);
});
