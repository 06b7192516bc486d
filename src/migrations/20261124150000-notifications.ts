import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261124150000-notifications';

/** Routes, what is to be told on them, and the trigger that writes it. */
export class Notifications extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const file of ['tables', 'functions', 'policies', 'grants']) this.addSql(await readSql(name, file));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
