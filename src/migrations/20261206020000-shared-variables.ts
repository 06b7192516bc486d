import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261206020000-shared-variables';

/** Variables that a project shares, and the history of all variables. */
export class SharedVariables extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const part of ['tables', 'policies']) this.addSql(await readSql(name, part));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
