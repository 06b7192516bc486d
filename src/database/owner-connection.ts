import pg from 'pg';
import { personRole, systemRole } from '../entities/access.ts';
import { UnavailableError, UserError } from '../errors.ts';
import { connectionOptions, serverName } from './database-url.ts';
import { requireSessions } from './require-sessions.ts';
import { openSession } from './session.ts';

/** `server_version_num` of PostgreSQL 15, the oldest we run on. */
const oldest = 150_000;
/** `too_many_connections`: of the account, the database or the server. */
const tooManyConnections = '53300';
const roles = [personRole, systemRole];

/**
 * Runs `work` on a connection of its own as the login account, which owns the tables.
 * @throws {UnavailableError} when the server does not answer or refuses the account.
 * @throws {UserError} when the server is older than PostgreSQL 15, or a pooler shares its sessions.
 */
export async function withOwner<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openOwner(databaseUrl);
  try {
    await requireVersion(client, databaseUrl);
    await requireSessions(client, databaseUrl, () => openOwner(databaseUrl));
    return await work(client);
  } finally {
    await client.end();
  }
}

async function openOwner(databaseUrl: string): Promise<pg.Client> {
  const options = connectionOptions(databaseUrl);
  try {
    const client = new pg.Client({ ...options, application_name: 'shipmate-owner' });
    // A broken connection rejects the query under way; without a listener it would also end the process.
    client.on('error', () => undefined);
    return await openSession(client);
  } catch (error) {
    if ((error as { code?: string }).code === tooManyConnections) throw noneLeft(databaseUrl, error);
    throw new UnavailableError(
      `PostgreSQL at ${serverName(databaseUrl)} refused the connection: ${connectionFailure(error)}. Check DATABASE_URL.`,
      { cause: error },
    );
  }
}

function noneLeft(databaseUrl: string, cause: unknown): UnavailableError {
  return new UnavailableError(
    `PostgreSQL at ${serverName(databaseUrl)} has no connection left for Shipmate: ${connectionFailure(cause)}. ` +
      'Each Shipmate uses up to SHIPMATE_DATABASE_CONNECTIONS (default 20): lower it, or raise the limit of the ' +
      'account, the database or the server (max_connections).',
    { cause },
  );
}

function connectionFailure(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || 'no answer';
}

async function requireVersion(client: pg.Client, databaseUrl: string): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  );
  const [server] = rows;
  if (!server || server.number >= oldest) return;
  throw new UserError(
    `Shipmate needs PostgreSQL 15 or newer; ${serverName(databaseUrl)} runs ${server.version}. ` +
      'Upgrade it, or unset DATABASE_URL to use the embedded server.',
  );
}

/**
 * Makes the roles that persons' and the system's transactions run as, and lets the login account become them.
 * @throws {UserError} with the SQL to run when the account may not.
 */
export async function ensureRoles(client: pg.Client): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      for (const role of roles) await ensureRole(client, role);
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === '42501') throw new UserError(await roleInstructions(client), { cause: error });
      // Roles belong to the server: another Shipmate, on another database, may make them at this moment.
      if (attempt === 10 || !['42710', '23505', 'XX000'].includes(code ?? '')) throw error;
    }
  }
}

async function ensureRole(client: pg.Client, role: string): Promise<void> {
  // `to_regrole` tells before `pg_has_role`, which throws for a role that is not there.
  const { rows } = await client.query<{ known: boolean; member: boolean | null }>(
    `select to_regrole($1) is not null as known, pg_has_role(
       to_regrole($1), case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end
     ) as member`,
    [role],
  );
  if (!rows[0]?.known) await client.query(`create role ${role} nologin`);
  if (!rows[0]?.member) await client.query(`grant ${role} to current_user`);
}

async function roleInstructions(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ account: string; known: string[] }>(
    `select quote_ident(current_user) as account,
       array(select rolname::text from pg_roles where rolname = any ($1)) as known`,
    [roles],
  );
  const { account = 'shipmate', known = [] } = rows[0] ?? {};
  const make = roles.filter((role) => !known.includes(role)).map((role) => `create role ${role} nologin; `);
  return (
    `The database account ${account} may not create the roles that Shipmate needs. Run this as a superuser, ` +
    `then start again: ${make.join('')}grant ${roles.join(', ')} to ${account};`
  );
}
