import { randomUUID } from 'node:crypto';
import type { Database, EntityManager } from './database.ts';
import { executeSql } from './execute-sql.ts';

/** What the database says of the installation; see `InstallationValue`. */
export interface Installation {
  /** On the services that it makes. */
  id: string;
  /** The id of the one from whose backup it was restored, until it takes that one's place. */
  restoredFrom: string | undefined;
}

/** Its id is made by the first start. */
export async function readInstallation(database: Database): Promise<Installation> {
  return database.asSystem().transactional(async (em) => {
    await executeSql(em, `insert into installation values ('id', $1) on conflict do nothing`, [randomUUID()]);
    const values = await readValues(em);
    return { id: values.get('id') ?? '', restoredFrom: values.get('restored_from') };
  });
}

export async function readValues(em: EntityManager): Promise<Map<string, string>> {
  const { rows } = await executeSql<{ name: string; value: string }>(em, 'select name, value from installation');
  return new Map(rows.map(({ name, value }) => [name, value]));
}

export async function writeValue(em: EntityManager, name: string, value: string): Promise<void> {
  const upsert = `insert into installation values ($1, $2) on conflict (name) do update set value = excluded.value`;
  await executeSql(em, upsert, [name, value]);
}
