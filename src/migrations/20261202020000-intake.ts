import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261202020000-intake';

/** Deliveries of pushes are accepted by one function, many at a time. */
export class Intake extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const part of ['tables', 'functions', 'grants']) this.addSql(await readSql(name, part));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
