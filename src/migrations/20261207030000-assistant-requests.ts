import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261207030000-assistant-requests';

/** Changes that assistants ask for, until a person decides. */
export class AssistantRequests extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const part of ['tables', 'policies']) this.addSql(await readSql(name, part));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
