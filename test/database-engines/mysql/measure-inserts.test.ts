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

  it('is measured where the list of columns is long, and where a column is named like the mark of its end', () => {
    const columns = Array.from({ length: 300 }, (_, at) => `\`column ${at}\``).join(', ');
    const dump = `INSERT INTO \`wide\` (${columns}) VALUES (1),(2);\n`;
    expect(measuredInChunks(measureInserts, Buffer.from(dump))).toMatchObject({ wide: { rows: 2 } });
    const odd = 'INSERT INTO `odd` (`a VALUES b`, `c`) VALUES (1,2);\n';
    expect(measuredInChunks(measureInserts, Buffer.from(odd))).toMatchObject({ odd: { rows: 1 } });
  });

  it('is measured by what it defines, in any order and without what differs from run to run', () => {
    const [table, view] = [
      '-- Table structure for table `a`\n\nCREATE TABLE `a` (\n  `id` int\n);\n',
      `-- Final view structure for view \`v\`\n/*!50001 CREATE VIEW \`v\` AS ${'x'.repeat(100_000)} */;\n`,
    ];
    const structureOf = (dump: string) => {
      const measure = measureInserts();
      measuredInChunks(measureInserts, Buffer.from(dump));
      measure.add(Buffer.from(dump));
      measure.end();
      return measure.structure?.();
    };
    const found = structureOf(`-- MySQL dump 10.13\n-- Host: one\n${table}${view}-- Dump completed\n`);
    expect(found).toMatchObject({ tables: { rows: 1 }, views: { rows: 1 } });
    expect(structureOf(`-- MySQL dump 10.13\n-- Host: other\n${view}${table}-- Dump completed on a day\n`)).toEqual(
      found,
    );
    expect(structureOf(`${table}${view.replace('xx */', 'xy */')}`)?.['views']).not.toEqual(found?.['views']);
  });

  it('is measured without the events that end by themselves, and with all that follows them', () => {
    const event = (name: string, schedule: string) =>
      `/*!50106 DROP EVENT IF EXISTS \`${name}\` */;\nDELIMITER ;;\n` +
      `/*!50106 CREATE*/ /*!50117 DEFINER=\`a\`@\`%\`*/ /*!50106 EVENT \`${name}\` ON SCHEDULE ${schedule}\nDO select 1 */ ;;\n`;
    const structureOf = (events: string[], routine = 'create procedure p() select 1') => {
      const [begin, end] = ['SET @save_time_zone= @@TIME_ZONE', 'SET TIME_ZONE= @save_time_zone'];
      const within = events.length > 0 ? `/*!50106 ${begin} */ ;\n${events.join('')}/*!50106 ${end} */ ;\n` : '';
      const dump = `-- Dumping events for database 'app'\n${within}-- Dumping routines for database 'app'\n${routine}\n`;
      const measure = measureInserts();
      measure.add(Buffer.from(dump));
      measure.end();
      return measure.structure?.();
    };
    const once = event('once', "AT '2026-11-28 10:05:00' ON COMPLETION NOT PRESERVE ENABLE");
    const until = event('until', "EVERY '1:30' HOUR_MINUTE STARTS '2026-01-01 00:00:00' ENDS '2026-11-28 10:05:00'");
    const always = event('always', "EVERY 1 DAY STARTS '2026-01-01 00:00:00' COMMENT 'ENDS'");
    const plain = structureOf([always]);
    expect(structureOf([once, always, until])).toEqual(plain);
    expect(structureOf([always, once])).toEqual(plain);
    expect(structureOf([once, until])).toEqual(structureOf([]));
    expect(structureOf([])).not.toEqual(plain);
    expect(structureOf([event('always', 'EVERY 2 DAY')])).not.toEqual(plain);
    expect(structureOf([once], 'create procedure p() select 2')).not.toEqual(structureOf([once]));
  });
});
