import { describe, expect, it } from '@jest/globals';
import { measureInserts } from '../../../src/database-engines/mysql/measure-inserts.ts';
import { measuredInChunks } from '../../support/measured-in-chunks.ts';

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
    const found = measuredInChunks(measureInserts, Buffer.from(dump));
    expect(Object.entries(found).map(([name, { rows }]) => [name, rows])).toEqual([
      ['orders', 4],
      ['odd`name', 2],
    ]);
    const changed = measuredInChunks(measureInserts, Buffer.from(dump.replace('näh', 'nah')));
    expect(changed['orders']?.sha256).not.toBe(found['orders']?.sha256);
    expect(changed['odd`name']).toEqual(found['odd`name']);
  });
});
