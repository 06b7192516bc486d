import type { StructureForm } from '../measure-structure.ts';

/** Comments of mysqldump and mariadb-dump before what they write, and what follows each. */
const headings: [RegExp, string | false][] = [
  [/^-- Settings of the database$/, 'settings'],
  [/^-- Table structure for table /, 'tables'],
  [/^-- Sequence structure for /, 'sequences'],
  [/^-- Sequences that were set back$/, 'sequences that were set back'],
  // Triggers have no heading of their own: they follow the rows.
  [/^-- Dumping data for table /, 'triggers'],
  [/^-- Final view structure for view /, 'views'],
  [/^-- Dumping routines for database /, 'routines'],
  [/^-- Dumping events for database /, 'events'],
  // Stands in for a view until all tables are there.
  [/^-- Temporary (?:view|table) structure for view /, false],
  [/^-- (?:MySQL|MariaDB) dump /, false],
  [/^-- Dump completed/, false],
];

const beforeEvents = '/*!50106 SET @save_time_zone= @@TIME_ZONE */ ;';
const afterEvents = '/*!50106 SET TIME_ZONE= @save_time_zone */ ;';
const event = /^[/][*]!50106 DROP EVENT IF EXISTS /;
const schedule = /^[/][*]!50106 CREATE[*][/].* EVENT `(?:[^`]|``)+` ON SCHEDULE (.*)/;
const ending = /^(?:AT |EVERY (?:'[^']*'|\S+) \w+(?: STARTS '[^']*')? ENDS ')/;

/**
 * What of a dump's structure is the same after a restore. An event that ends by itself is not: a server drops or disables one
 * whose time has passed as it is made.
 */
export function structureForm(): StructureForm {
  /** Lines of an event that may not count, and what comes before all events. */
  let waiting: string[] | undefined;
  let passing = false;
  let anyCounts = false;

  /** Of a line before it is known whether its event counts. */
  function decide(lines: string[], line: string): string | undefined {
    const when = schedule.exec(line)?.[1];
    if (when === undefined) {
      lines.push(line);
      return undefined;
    }
    passing = ending.test(when);
    waiting = passing && !anyCounts ? lines.slice(0, 1) : undefined;
    if (passing) return undefined;
    anyCounts = true;
    return [...lines, line].join('\n');
  }

  function essence(line: string): string | undefined {
    if (line === '' || line.startsWith('--')) return undefined;
    if (line === beforeEvents) waiting = [line];
    else if (event.test(line)) {
      passing = false;
      waiting = [...(waiting ?? []), line];
    } else if (line === afterEvents) {
      passing = false;
      waiting = undefined;
      return anyCounts ? line : undefined;
    } else if (passing) return undefined;
    else return waiting ? decide(waiting, line) : line;
    return undefined;
  }

  function kindOf(line: string): string | false | undefined {
    const kind = line.startsWith('-- ') ? headings.find(([form]) => form.test(line))?.[1] : undefined;
    if (kind !== undefined) [waiting, passing] = [undefined, false];
    return kind;
  }

  return { kindOf, essence };
}
