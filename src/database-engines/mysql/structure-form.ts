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

export const structureForm = {
  kindOf: (line: string) => (line.startsWith('-- ') ? headings.find(([form]) => form.test(line))?.[1] : undefined),
  essence: (line: string) => (line === '' || line.startsWith('--') ? undefined : line),
};
