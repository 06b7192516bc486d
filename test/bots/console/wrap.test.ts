import { styleText } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { columnsOf } from '../../../src/bots/console/columns.ts';
import { fit, wrap } from '../../../src/bots/console/wrap.ts';

const bold = (text: string) => styleText('bold', text, { validateStream: false });
const cyan = (text: string) => styleText('cyan', text, { validateStream: false });

describe('a line that is too wide', () => {
  it.each([
    ['fits', ['fits']],
    ['one two three', ['one two', 'three']],
    ['one   two', ['one   two']],
    ['one         two', ['one', 'two']],
    ['a bcdefghijklm', ['a', 'bcdefghij', 'klm']],
    ['  abcdefghijk', ['abcdefg', 'hijk']],
    ['日本語日本語', ['日本語日', '本語']],
    ['日本 語日本語', ['日本', '語日本語']],
    ['👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', ['👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', '👩‍👩‍👧']],
    [' '.repeat(20), ['']],
  ])('is broken between words: %j', (line, rows) => {
    expect(wrap(line, 9)).toEqual(rows);
  });

  it.each([
    ['  abcdefghijk', ['  abcdefg', 'hijk']],
    ['  abc defgh', ['  abc ', 'defgh']],
    ['abcdefghi jk', ['abcdefghi', ' jk']],
    [' '.repeat(20), [' '.repeat(9), ' '.repeat(9), ' '.repeat(2)]],
  ])('keeps its blanks where they mean something: %j', (line, rows) => {
    expect(wrap(line, 9, { keepBlanks: true })).toEqual(rows);
  });

  it('has its styles in every row', () => {
    expect(wrap(`say ${bold(`one ${cyan('two three')}`)} more`, 9)).toEqual([
      `say ${bold('one')}`,
      bold(cyan('two three')),
      'more',
    ]);
  });

  it('takes linear time, whatever its characters are', () => {
    const many = 100_000;
    for (const character of ['漢', '👍🏽', '\ud800', 'a ', '\t', '\u200d', '\u0301']) {
      const line = character.repeat(many);
      expect(
        wrap(line, 80, { keepBlanks: true })
          .map(columnsOf)
          .reduce((sum, one) => sum + one),
      ).toBe(columnsOf(line.replaceAll('\t', '    ')));
      expect(columnsOf(fit(line, 80))).toBeLessThanOrEqual(80);
    }
  });

  it('is cut with an ellipsis, and no style goes on behind it', () => {
    expect(fit(`say ${bold('one two')} more`, 9)).toBe(`say ${bold('one ')}…`);
    expect(fit('日本語', 4)).toBe('日…');
    expect(fit('日本語', 6)).toBe('日本語');
  });
});

describe('measuring', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    [bold('abc'), 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['👍🏽🇩🇪', 4],
    ['\ud800', 1],
  ])('%j', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });
});
