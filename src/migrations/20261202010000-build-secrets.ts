import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261202010000-build-secrets';

/** Secrets that only the builds of an application get. */
export class BuildSecrets extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'tables'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
