import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261127090000-notified-resources';

/** What happens to databases and domains is told to their project's routes. */
export class NotifiedResources extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'functions'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
