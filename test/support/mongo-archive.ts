/** As BSON; only strings, booleans and 64-bit integers. */
export function bson(fields: Record<string, string | boolean | bigint>): Buffer {
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

/** Documents of one collection; without any, the mark that the collection ends. */
export function archiveBlock(collection: string, ...documents: Buffer[]): Buffer {
  return Buffer.concat([
    bson({ db: 'app', collection, EOF: documents.length === 0, CRC: 0n }),
    ...documents,
    terminator,
  ]);
}

/** An archive of mongodump of the database `app`. */
export function mongoArchive(...blocks: Buffer[]): Buffer {
  const prelude = [bson({ version: '0.1' }), bson({ db: 'app', collection: 'orders' }), terminator];
  return Buffer.concat([magic, ...prelude, ...blocks]);
}
