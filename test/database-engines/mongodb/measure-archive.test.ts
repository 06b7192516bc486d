import { describe, expect, it } from '@jest/globals';
import { measureArchive } from '../../../src/database-engines/mongodb/measure-archive.ts';
import { archiveBlock, bson, mongoArchive } from '../../support/mongo-archive.ts';
import { measuredInChunks } from '../../support/measured-in-chunks.ts';

describe('an archive of mongodump', () => {
  const [one, two, three] = ['1', '2', '3'].map((n) => bson({ _id: n, text: 'long enough to be cut' }));
  if (!one || !two || !three) throw new Error('unreachable');

  it('is measured by the documents of each collection, in whatever blocks they come', () => {
    const found = measuredInChunks(
      measureArchive,
      mongoArchive(
        archiveBlock('orders', one, two),
        archiveBlock('other', three),
        archiveBlock('orders', three),
        archiveBlock('orders'),
        archiveBlock('other'),
      ),
    );
    expect(Object.entries(found).map(([name, { rows }]) => [name, rows])).toEqual([
      ['app.orders', 3],
      ['app.other', 1],
    ]);
    expect(
      measuredInChunks(measureArchive, mongoArchive(archiveBlock('orders', three), archiveBlock('orders', two, one)))[
        'app.orders'
      ],
    ).toEqual(found['app.orders']);
    const [changed] = Object.values(
      measuredInChunks(measureArchive, mongoArchive(archiveBlock('orders', one, one, one))),
    );
    expect(changed).toMatchObject({ rows: 3 });
    expect(changed?.sha256).not.toBe(found['app.orders']?.sha256);
  });

  it('is refused when it is something else', () => {
    expect(() => measureArchive().add(Buffer.from('PGDMP'))).toThrow('not a mongodump archive');
  });
});
