import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { rehearsalOf } from '../../../src/database-engines/mysql/rehearsal.ts';

/** What `sed` makes of lines of a dump of a database. */
function edited(database: string, lines: string[]): string[] {
  const login = { host: 'db', user: 'root', password: 'f00dfeed', database };
  const edits = rehearsalOf(login).load.command.at(-1) ?? '';
  const { stdout } = spawnSync('sed', [edits], { input: lines.join('\n'), encoding: 'utf8', env: { LC_ALL: 'C' } });
  return stdout.split('\n');
}

it('a rehearsal of a dump touches nothing of the database that the dump is of, and runs none of its events', () => {
  const event = '/*!50106 CREATE*/ /*!50117 DEFINER=`a`@`%`*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY ON COMPLETION';
  expect(
    edited('app', [
      "grant select, show view on `app`.* to 'ada'@'%';",
      'ALTER DATABASE `app` CHARACTER SET latin1 COLLATE latin1_bin ;',
      '  `id` int(11) NOT NULL DEFAULT (nextval(`app`.`tickets`) + lastval(`app`.`counts`)),',
      "INSERT INTO `notes` VALUES (1,'nextval(`app`.`tickets`) /*!50001 VIEW `app`.`p`');",
      '/*!50001 VIEW `lesser` AS select `app`.`p`.`id` AS `id` from `p` */;',
      `${event} NOT PRESERVE ENABLE COMMENT 'ENABLE DO' DO select 1`,
      `${event} PRESERVE ENABLE DO select 1`,
    ]),
  ).toEqual([
    "grant select, show view on `shipmate_rehearsal`.* to 'ada'@'%';",
    'ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_bin ;',
    '  `id` int(11) NOT NULL DEFAULT (nextval(`shipmate_rehearsal`.`tickets`) + lastval(`shipmate_rehearsal`.`counts`)),',
    "INSERT INTO `notes` VALUES (1,'nextval(`app`.`tickets`) /*!50001 VIEW `app`.`p`');",
    '/*!50001 VIEW `lesser` AS select `shipmate_rehearsal`.`p`.`id` AS `id` from `p` */;',
    `${event} NOT PRESERVE DISABLE COMMENT 'ENABLE DO' DO select 1`,
    `${event} PRESERVE DISABLE DO select 1`,
  ]);
  expect(edited('o.dd/[1]*', ['ALTER DATABASE `o.dd/[1]*` CHARACTER SET latin1 ;'])).toEqual([
    'ALTER DATABASE CHARACTER SET latin1 ;',
  ]);
});
