import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261201000000-attempt-counts';

/** Attempts to sign in are counted before they are tried. */
export class AttemptCounts extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const part of ['tables', 'policies']) this.addSql(await readSql(name, part));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
