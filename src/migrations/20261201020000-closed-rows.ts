import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261201020000-closed-rows';

/** Rows that a person's transaction could add although they say something about what is others'. */
export class ClosedRows extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'policies'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
