import { Migration } from '@mikro-orm/migrations';
import { readSql } from './sql-file.ts';

const name = '20261127170000-digests';

/** When a route is sent its digest, and what the watchers remember: incidents, nodes, disks, heads of branches. */
export class Digests extends Migration {
  override name = name;

  override async up(): Promise<void> {
    for (const file of ['tables', 'policies']) this.addSql(await readSql(name, file));
  }

  override async down(): Promise<void> {
    this.addSql(await readSql(name, 'down'));
  }
}
