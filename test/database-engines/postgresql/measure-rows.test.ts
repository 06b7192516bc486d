import { describe, expect, it } from '@jest/globals';
import { measureRows } from '../../../src/database-engines/postgresql/measure-rows.ts';
import { measuredInChunks } from '../../support/measured-in-chunks.ts';

const dumpOf = (...rows: string[]) =>
  Buffer.from(
    [
      'SET x = 1;',
      'COPY public.orders (id, note) FROM stdin;',
      ...rows,
      '\\.',
      'COPY public.empty (id) FROM stdin;',
      '\\.',
      '',
    ].join('\n'),
  );
const found = (...rows: string[]) => measuredInChunks(measureRows, dumpOf(...rows));
const long = `3\t${'x'.repeat(300_000)}`;

describe('rows in any order', () => {
  it('are the same in another order, and counted', () => {
    const wanted = found('1\tone', '2\ttwo', long);
    expect(wanted).toMatchObject({ 'public.orders': { rows: 3 }, 'public.empty': { rows: 0 } });
    expect(found(long, '2\ttwo', '1\tone')).toEqual(wanted);
  });

  it.each([
    ['another value', ['1\tone', '2\tTwo']],
    ['a row twice for another one', ['1\tone', '1\tone']],
    ['values of two rows exchanged', ['1\ttwo', '2\tone']],
    ['an escaped end for a row', ['1\tone', '\\\\.']],
    ['a long value', ['1\tone', long]],
  ])('are others with %s', (_, rows) => {
    expect(found(...rows)['public.orders']?.sha256).not.toBe(found('1\tone', '2\ttwo')['public.orders']?.sha256);
    expect(found(...rows)['public.orders']?.rows).toBe(2);
  });

  it('are others with another long value of the same length', () => {
    const other = `${long.slice(0, -1)}y`;
    expect(found(other)['public.orders']?.sha256).not.toBe(found(long)['public.orders']?.sha256);
  });
});
