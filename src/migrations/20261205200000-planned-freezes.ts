import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261205200000-planned-freezes';

/** A freeze that is planned for another time makes a delivery none of the unusual ones. */
export class PlannedFreezes extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'functions'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
