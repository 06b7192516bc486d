import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261204170000-previews';

/** Pull and merge requests have deployments of their own. */
export class Previews extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const part of ['tables', 'policies', 'functions']) this.addSql(await readSql(name, part));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
