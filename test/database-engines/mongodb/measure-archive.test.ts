import { describe, expect, it } from '@jest/globals';
import { measureArchive } from '../../../src/database-engines/mongodb/measure-archive.ts';
import { measuredInChunks } from '../../support/measured-in-chunks.ts';

/** As BSON; only strings, booleans and 64-bit integers. */
function bson(fields: Record<string, string | boolean | bigint>): Buffer {
  const parts = Object.entries(fields).map(([name, value]) => {
    const key = Buffer.from(`${name}\0`);
    if (typeof value === 'string') {
      const text = Buffer.from(`${value}\0`);
      const size = Buffer.alloc(4);
      size.writeInt32LE(text.length);
      return Buffer.concat([Buffer.from([2]), key, size, text]);
    }
    if (typeof value === 'boolean') return Buffer.concat([Buffer.from([8]), key, Buffer.from([value ? 1 : 0])]);
    const wide = Buffer.alloc(8);
    wide.writeBigInt64LE(value);
    return Buffer.concat([Buffer.from([18]), key, wide]);
  });
  const body = Buffer.concat([...parts, Buffer.from([0])]);
  const size = Buffer.alloc(4);
  size.writeInt32LE(body.length + 4);
  return Buffer.concat([size, body]);
}

const magic = Buffer.from([0x6d, 0xe2, 0x99, 0x81]);
const terminator = Buffer.alloc(4, 0xff);
const block = (collection: string, ...documents: Buffer[]) =>
  Buffer.concat([bson({ db: 'app', collection, EOF: documents.length === 0, CRC: 0n }), ...documents, terminator]);

describe('an archive of mongodump', () => {
  const [one, two, three] = ['1', '2', '3'].map((n) => bson({ _id: n, text: 'long enough to be cut' }));
  if (!one || !two || !three) throw new Error('unreachable');
  const archive = (...blocks: Buffer[]) =>
    Buffer.concat([magic, bson({ version: '0.1' }), bson({ db: 'app', collection: 'orders' }), terminator, ...blocks]);

  it('is measured by the documents of each collection, in whatever blocks they come', () => {
    const found = measuredInChunks(
      measureArchive,
      archive(
        block('orders', one, two),
        block('other', three),
        block('orders', three),
        block('orders'),
        block('other'),
      ),
    );
    expect(Object.entries(found).map(([name, { rows }]) => [name, rows])).toEqual([
      ['app.orders', 3],
      ['app.other', 1],
    ]);
    expect(
      measuredInChunks(measureArchive, archive(block('orders', three), block('orders', two, one)))['app.orders'],
    ).toEqual(found['app.orders']);
    const [changed] = Object.values(measuredInChunks(measureArchive, archive(block('orders', one, one, one))));
    expect(changed).toMatchObject({ rows: 3 });
    expect(changed?.sha256).not.toBe(found['app.orders']?.sha256);
  });

  it('is refused when it is something else', () => {
    expect(() => measureArchive().add(Buffer.from('PGDMP'))).toThrow('not an archive');
  });
});
