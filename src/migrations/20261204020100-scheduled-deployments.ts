import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261204020100-scheduled-deployments';

/** Deployments that were asked for at a later time. */
export class ScheduledDeployments extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'tables'));
  }

  override async down(): Promise<void> {
    this.addSql('drop table scheduled_deployments;');
  }
}
