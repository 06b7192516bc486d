import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261204190000-restore-approvals';

/** Restores that wait for approval call those who may give it, remind them, and say what came of it. */
export class RestoreApprovals extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'tables'));
    this.addSql(await readSql(name, 'functions'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
