import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261127140000-certificates';

/** Accounts at certificate authorities, orders and what proves a domain; when each certificate is renewed. */
export class Certificates extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const file of ['tables', 'policies']) this.addSql(await readSql(name, file));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
