import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261124140000-team-safety';

/** Locks, freeze windows, and approvals by another person. */
export class TeamSafety extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const file of ['tables', 'functions', 'policies', 'grants']) this.addSql(await readSql(name, file));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
