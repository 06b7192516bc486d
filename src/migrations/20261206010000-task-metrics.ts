import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261206010000-task-metrics';

/** What the tasks of applications use. */
export class TaskMetrics extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const part of ['tables', 'functions', 'policies']) this.addSql(await readSql(name, part));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
