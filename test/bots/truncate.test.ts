import { describe, expect, it } from '@jest/globals';
import { cutLog, cutRows, cutText } from '../../src/bots/truncate.ts';

describe('text that is too long', () => {
  it('ends in an ellipsis within the limit', () => {
    expect(cutText('deploying', 9)).toBe('deploying');
    expect(cutText('deploying', 5)).toBe('depl…');
  });

  it('is never cut within what a person sees as one character', () => {
    expect(cutText('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 14)).toBe('👩‍👩‍👧‍👦…');
    expect(cutText('e\u0301ab', 2)).toBe('…');
  });
});

describe('a log that is too long', () => {
  const log = Array.from({ length: 300 }, (_, at) => `line ${at + 1}`).join('\n');

  it('keeps its end and says how much is missing', () => {
    const cut = cutLog(log, 1_000);
    const [note = '', ...lines] = cut.split('\n');
    expect(cut.length).toBeLessThanOrEqual(1_000);
    expect(lines.at(-1)).toBe('line 300');
    expect(note).toBe(`… ${300 - lines.length} more lines: open the log`);
  });

  it('is cut within its last line when not even that fits', () => {
    expect(cutLog('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
  });
});

describe('rows that are too many', () => {
  it('are left out whole, and counted', () => {
    expect(cutRows(['aa', 'bb', 'cc'], 5, (row) => row.length)).toEqual({ rows: ['aa', 'bb'], more: '… 1 more' });
    expect(cutRows(['aa', 'bb'], 4, (row) => row.length)).toEqual({ rows: ['aa', 'bb'], more: '' });
  });
});
