import { describe, expect, it } from '@jest/globals';
import { measureRdb } from '../../../src/database-engines/redis/measure-rdb.ts';
import { measuredInChunks } from '../../support/measured-in-chunks.ts';

describe('a snapshot of Redis', () => {
  const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  const head = Buffer.concat([
    Buffer.from('REDIS0011'),
    Buffer.from([0xfa]),
    text('redis-ver'),
    text('7.0.15'),
    Buffer.from([0xfa]),
    text('ctime'),
    Buffer.from([0xc2, 1, 2, 3, 4]),
    Buffer.from([0xfe, 3, 0xfb, 0x43, 0xe8, 5]),
    Buffer.from('keys follow'),
  ]);

  it('tells how many keys its first database has', () => {
    expect(measuredInChunks(measureRdb, head)).toEqual({ db3: { rows: 1000, passing: 5 } });
  });

  it('tells nothing when it is empty', () => {
    expect(measuredInChunks(measureRdb, Buffer.concat([Buffer.from('REDIS0011'), Buffer.from([0xff])]))).toEqual({});
  });

  it('is refused when it is something else', () => {
    const measure = measureRdb();
    measure.add(Buffer.from('-ERR no'));
    expect(() => measure.end()).toThrow('not a Redis snapshot');
  });
});
