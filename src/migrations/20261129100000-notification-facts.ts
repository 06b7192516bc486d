import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261129100000-notification-facts';

/** Notifications hold facts. Those that wait as ready replies are delivered as they are, so nothing is converted up. */
export class NotificationFacts extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'tables'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
