import { readFile } from 'node:fs/promises';
import { Migration } from '@mikro-orm/migrations';

/** Users, teams, projects, applications and their deployments; row level security; audit log. */
export class Foundation extends Migration {
  override name = '20261124000000-foundation';

  override async up(): Promise<void> {
    for (const file of ['tables', 'functions', 'policies', 'grants']) this.addSql(await sql(file));
  }

  override async down(): Promise<void> {
    this.addSql(await sql('down'));
  }
}

function sql(file: string): Promise<string> {
  return readFile(new URL(`20261124000000-foundation/${file}.sql`, import.meta.url), 'utf8');
}
