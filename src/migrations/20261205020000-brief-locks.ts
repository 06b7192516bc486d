import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261205020000-brief-locks';

/** Retention makes nobody wait for a lock. */
export class BriefLocks extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'functions'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
