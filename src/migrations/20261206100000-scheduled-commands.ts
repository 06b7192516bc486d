import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261206100000-scheduled-commands';

/** Commands that applications run at set times, and their runs. */
export class ScheduledCommands extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const part of ['tables', 'policies']) this.addSql(await readSql(name, part));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
