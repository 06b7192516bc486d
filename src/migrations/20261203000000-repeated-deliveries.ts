import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261203000000-repeated-deliveries';

/** A delivery id counts once per git source, and a delivery that led to nothing is looked at again. */
export class RepeatedDeliveries extends Migration {
  override name = name;

  override async up(): Promise<void> {
    this.addSql(await readSql(name, 'tables'));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
