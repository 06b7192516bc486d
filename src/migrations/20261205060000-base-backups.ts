import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261205060000-base-backups';

/** Base backups, from which a database is restored to any moment. */
export class BaseBackups extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'tables'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
