import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261127130000-domains';

/** What a domain may be told to do; it goes with the application or the database that it leads to. */
export class Domains extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'tables'));
    this.addSql(await readSql(name, 'functions'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
