import { readFile } from 'node:fs/promises';

/** The SQL of a migration: `<folder>/<name>.sql` beside this file. */
export function readSql(folder: string, name: string): Promise<string> {
  return readFile(new URL(`${folder}/${name}.sql`, import.meta.url), 'utf8');
}
