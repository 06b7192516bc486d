import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261127120000-backups';

/** Where backups of databases lie, what is known of each, and restores. */
export class Backups extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const file of ['tables', 'policies', 'grants']) this.addSql(await readSql(name, file));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
