import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261205030000-newest-deployment';

/** A delivery reads the newest deployments of its own application, whatever the planner knows about the others. */
export class NewestDeployment extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'functions'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
