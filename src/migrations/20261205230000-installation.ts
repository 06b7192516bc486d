import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261205230000-installation';

/** Shipmates with different keys on one database are noticed before there is a secret. */
export class Installation extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const part of ['tables', 'policies']) this.addSql(await readSql(name, part));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
