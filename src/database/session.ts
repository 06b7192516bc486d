import type pg from 'pg';

/**
 * What every session of Shipmate runs with, whatever `alter role … set` or `alter database … set` says. Names as
 * PostgreSQL's own.
 */
const settings: Record<string, string> = {
  // A lease holds its connection for as long as it lasts, and LISTEN waits for hours.
  idle_session_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  statement_timeout: '0',
  lock_timeout: '0',
  transaction_timeout: '0',
  // Where the migrations make the tables.
  search_path: 'public',
  // What `pg` and MikroORM read.
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  row_security: 'on',
  default_transaction_read_only: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // Somebody was told that it is stored.
  synchronous_commit: 'on',
};

/**
 * One round trip. An older server does not know every setting. `remote_apply` promises more than `on`, so it stays.
 * Qualified names, as the search path may be anything until then.
 */
const statement = `
  select pg_catalog.set_config(name, value, false)
  from unnest($1::pg_catalog.text[], $2::pg_catalog.text[]) wanted (name, value)
  where pg_catalog.current_setting(name, true) is not null
    and (name, pg_catalog.current_setting(name, true)) is distinct from ('synchronous_commit', 'remote_apply')`;

/**
 * Sets what Shipmate relies on, right after connecting: the start-up packet's `options` are refused by PgBouncer before
 * 1.20.
 * @param role Becomes the session's role as well.
 */
async function beginSession(client: Pick<pg.ClientBase, 'query'>, role?: string): Promise<void> {
  const wanted = { ...settings, ...(role !== undefined && { role }) };
  await client.query(statement, [Object.keys(wanted), Object.values(wanted)]);
}

/** For a pool, which waits for it before it hands a connection out; its types only know functions that are not waited for. */
export function sessionHook(role?: string) {
  return { onConnect: (client: Pick<pg.ClientBase, 'query'>) => beginSession(client, role) };
}

/** Connects and begins the session; a client that could do only one of them is ended. */
export async function openSession(client: pg.Client): Promise<pg.Client> {
  try {
    await client.connect();
    await beginSession(client);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** The first setting of `beginSession` that the `options` of a connection string set too, or name as a parameter. */
export function settingOfShipmate(parameters: URLSearchParams): string | undefined {
  const inOptions = (parameters.get('options') ?? '').matchAll(/(?:^|\s)(?:-c\s*|--)([\w.-]+)\s*=/g);
  const named = [...parameters.keys(), ...[...inOptions].map(([, name = '']) => name.replaceAll('-', '_'))];
  return named.map((name) => name.toLowerCase()).find((name) => name in settings || name === 'role');
}
