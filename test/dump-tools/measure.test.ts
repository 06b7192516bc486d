import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Manifest, Measure } from '../../src/dump-tools/dump-tool.ts';
import { measureArchive } from '../../src/dump-tools/measure-archive.ts';
import { measureCopies } from '../../src/dump-tools/measure-copies.ts';
import { measureInserts } from '../../src/dump-tools/measure-inserts.ts';
import { measureRdb } from '../../src/dump-tools/measure-rdb.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** In chunks of every size: what is looked for may be cut anywhere. */
function measured(make: () => Measure, dump: Buffer): Manifest {
  const whole = make();
  whole.add(dump);
  const found = whole.end();
  for (const size of [1, 2, 3, 7, 64]) {
    const cut = make();
    for (let at = 0; at < dump.length; at += size) cut.add(dump.subarray(at, at + size));
    expect(cut.end()).toEqual(found);
  }
  return found;
}

describe('a plain dump of PostgreSQL', () => {
  it('is measured table by table, by the lines between COPY and its end', () => {
    const dump = `--
CREATE TABLE public.orders (id integer, note text);
COPY public.orders (id, note) FROM stdin;
1\tone
2\t\\\\. in a text
3\t\\N
\\.

COPY public."odd name" (id) FROM stdin;
\\.
SELECT pg_catalog.setval('public.orders_id_seq', 3, true);
COPY public.bare FROM stdin;
x
\\.
`;
    expect(measured(measureCopies, Buffer.from(dump))).toEqual({
      'public.orders': { rows: 3, sha256: sha256('1\tone\n2\t\\\\. in a text\n3\t\\N\n') },
      'public."odd name"': { rows: 0, sha256: sha256('') },
      'public.bare': { rows: 1, sha256: sha256('x\n') },
    });
  });

  it('has no tables when it is empty', () => {
    expect(measured(measureCopies, Buffer.from('SET x = 1;\n'))).toEqual({});
  });
});

describe('a dump of MySQL or MariaDB', () => {
  it('is measured by the rows of its INSERTs, whatever their strings hold', () => {
    const dump = [
      'CREATE TABLE `orders` (`id` int);',
      "INSERT INTO `orders` VALUES (1,'a),(b'),(2,'it\\'s; \\\\'),(3,NULL);",
      "INSERT INTO `orders` VALUES (4,'näh');",
      'INSERT INTO `odd``name` VALUES',
      '(1,0x00FF),',
      "(2,_binary '(');",
      '',
    ].join('\n');
    const found = measured(measureInserts, Buffer.from(dump));
    expect(Object.entries(found).map(([name, { rows }]) => [name, rows])).toEqual([
      ['orders', 4],
      ['odd`name', 2],
    ]);
    const changed = measured(measureInserts, Buffer.from(dump.replace('näh', 'nah')));
    expect(changed['orders']?.sha256).not.toBe(found['orders']?.sha256);
    expect(changed['odd`name']).toEqual(found['odd`name']);
  });
});

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
    const found = measured(
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
    expect(measured(measureArchive, archive(block('orders', three), block('orders', two, one)))['app.orders']).toEqual(
      found['app.orders'],
    );
    const [changed] = Object.values(measured(measureArchive, archive(block('orders', one, one, one))));
    expect(changed).toMatchObject({ rows: 3 });
    expect(changed?.sha256).not.toBe(found['app.orders']?.sha256);
  });

  it('is refused when it is something else', () => {
    expect(() => measureArchive().add(Buffer.from('PGDMP'))).toThrow('not an archive');
  });
});

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
    expect(measured(measureRdb, head)).toEqual({ db3: { rows: 1000, passing: 5 } });
  });

  it('tells nothing when it is empty', () => {
    expect(measured(measureRdb, Buffer.concat([Buffer.from('REDIS0011'), Buffer.from([0xff])]))).toEqual({});
  });

  it('is refused when it is something else', () => {
    const measure = measureRdb();
    measure.add(Buffer.from('-ERR no'));
    expect(() => measure.end()).toThrow('not a snapshot');
  });
});
