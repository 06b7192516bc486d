import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261204020000-decided-approvals';

/** Notifications of approvals say what came of them. */
export class DecidedApprovals extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'functions'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
