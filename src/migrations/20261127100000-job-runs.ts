import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261127100000-job-runs';

/** Runs of jobs, and what retention needs: its order of work, and the way by which a month of the audit log goes. */
export class JobRuns extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const file of ['tables', 'functions', 'policies', 'grants']) this.addSql(await readSql(name, file));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
