import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261202000000-visibility';

/** What a person sees costs the same however much that is. */
export class Visibility extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'tables'));
    this.addSql(await readSql(name, 'functions'));
    this.addSql(await readSql(name, 'policies'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
