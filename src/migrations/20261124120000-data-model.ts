import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261124120000-data-model';

/** Databases, volumes, domains, certificates and backups; statistics; secrets that cannot be stored in plain text. */
export class DataModel extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const file of ['tables', 'functions', 'policies', 'grants']) this.addSql(await readSql(name, file));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
