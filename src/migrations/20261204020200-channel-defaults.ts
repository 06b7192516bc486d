import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261204020200-channel-defaults';

/** What commands in a channel are about when they name no application. */
export class ChannelDefaults extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'tables'));
  }

  override async down(): Promise<void> {
    this.addSql('drop table channel_defaults;');
  }
}
