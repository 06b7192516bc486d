import { readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { parts, withRow } from '../../scripts/support/engine-table.ts';

const page = 'before\n<!-- results: npm run engines -->\n\n<!-- /results -->\nafter\n';
const engine = {
  Engine: '28.5.2',
  'image store': 'overlay2',
  API: '1.51',
  runc: '1.3.6',
  caddy: '2.6.2',
  restic: '0.14.0',
};

function rows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, 9)
      .map((cell) => cell.trim()),
  );
}

it('an Engine has one row, in the order of versions, and what is not run again stays', () => {
  const one = withRow(page, engine, { demo: 'ok', build: 'ok (3)' });
  const again = withRow(one, { ...engine, runc: '1.3.7' }, { build: '1 of 3 failed' });
  const older = withRow(again, { ...engine, Engine: '20.10.24' }, { demo: 'ok' });
  const all = withRow(older, { ...engine, 'image store': 'containerd' }, { demo: 'failed' });
  expect(rows(all)).toEqual([
    ['20.10.24', 'overlay2', '1.51', '1.3.6', '2.6.2', '0.14.0', 'ok', ''],
    ['28.5.2', 'overlay2', '1.51', '1.3.7', '2.6.2', '0.14.0', 'ok', '1 of 3 failed'],
    ['28.5.2', 'containerd', '1.51', '1.3.6', '2.6.2', '0.14.0', 'failed', ''],
  ]);
  expect(all.startsWith('before\n') && all.endsWith('after\n')).toBe(true);
});

it('every suite that it names is there', () => {
  const present = readdirSync(new URL('../integration', import.meta.url));
  expect(
    Object.values(parts)
      .flat()
      .filter((suite) => !present.includes(`${suite}.test.ts`)),
  ).toEqual([]);
});
