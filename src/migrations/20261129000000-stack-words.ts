import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261129000000-stack-words';

/** What is stored about stacks gets the names that the code has for it. */
export class StackWords extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'rename'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
