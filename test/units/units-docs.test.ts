import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { formatDuration, parseDuration } from '../../src/units/durations.ts';
import { formatSize, parseSize } from '../../src/units/sizes.ts';

const page = await readFile(new URL('../../docs/units.md', import.meta.url), 'utf8');

/** What stands in backticks in the paragraph that begins so. */
function examples(beginning: string): string[] {
  const paragraph = page.split('\n\n').find((one) => one.startsWith(beginning)) ?? '';
  return [...(paragraph.split(': ')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, example = '']) => example);
}

it('the examples of docs/units.md can be typed', () => {
  expect(examples('One or more numbers').map(parseDuration)).toEqual([90_000, 5_400_000, 216_000_000, 5_400_000]);
  expect(examples('A number and a unit').map(parseSize)).toEqual([536_870_912, 1_610_612_736, 10_485_760, 67_108_864]);
});

it('the examples of docs/units.md are what is written', () => {
  const durations = examples('Shipmate writes at most two units').filter((one) => !one.endsWith('ago'));
  expect(durations).toHaveLength(6);
  const typed = durations.map((one) => one.replaceAll(' ', '').replace('min', 'm'));
  expect(typed.map((one) => formatDuration(parseDuration(one) ?? Number.NaN))).toEqual(durations);
  const sizes = examples('Shipmate writes sizes').filter((one) => one.endsWith('iB'));
  expect(sizes).toHaveLength(3);
  expect(sizes.map((one) => formatSize(parseSize(one) ?? Number.NaN))).toEqual(sizes);
});
