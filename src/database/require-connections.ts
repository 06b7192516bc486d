import type pg from 'pg';
import { UserError } from '../errors.ts';
import { leastConnections } from '../config-connections.ts';

interface Limits {
  account: string;
  database: string;
  /** Null without a limit. Superusers have none but the server's. */
  ofAccount: number | null;
  ofDatabase: number | null;
  ofServer: number;
}

const question = `
  select quote_ident(current_user) as account, quote_ident(current_database()) as database,
    case when rolconnlimit >= 0 and not rolsuper then rolconnlimit end as "ofAccount",
    (select case when datconnlimit >= 0 and not rolsuper then datconnlimit end
     from pg_database where datname = current_database()) as "ofDatabase",
    current_setting('max_connections')::int - case when rolsuper then 0
      else current_setting('superuser_reserved_connections')::int end as "ofServer"
  from pg_roles where rolname = current_user`;

/** @throws {UserError} when a limit is below what this Shipmate alone may use: the least one, with how to raise it. */
export async function requireConnections(client: pg.Client, connections: number): Promise<void> {
  const { rows } = await client.query<Limits>(question);
  const [limits] = rows;
  const tightest = limits && tightestOf(limits, connections);
  if (!tightest || tightest.limit >= connections) return;
  const { whose, limit, raise } = tightest;
  const lower = limit < leastConnections ? '' : `set SHIPMATE_DATABASE_CONNECTIONS=${limit}, or `;
  throw new UserError(
    `${whose} is limited to ${limit} connections, but this Shipmate may use ${connections}` +
      `${limit < leastConnections ? ` and needs at least ${leastConnections}` : ''}. ` +
      `To go on, ${lower}raise the limit: ${raise}`,
  );
}

function tightestOf(limits: Limits, connections: number) {
  const { account, database, ofAccount, ofDatabase, ofServer } = limits;
  const all = [
    {
      whose: `The database account ${account}`,
      limit: ofAccount,
      raise: `alter role ${account} connection limit ${connections};`,
    },
    {
      whose: `The database ${database}`,
      limit: ofDatabase,
      raise: `alter database ${database} connection limit ${connections};`,
    },
    {
      whose: 'The PostgreSQL server',
      limit: ofServer,
      raise: 'max_connections in postgresql.conf, and restart the server.',
    },
  ];
  return all
    .flatMap(({ limit, ...one }) => (limit === null ? [] : [{ ...one, limit }]))
    .sort((a, b) => a.limit - b.limit)[0];
}
