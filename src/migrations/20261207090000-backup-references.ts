import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261207090000-backup-references';

/** Backups that are stored as their differences to another one. */
export class BackupReferences extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'tables'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
