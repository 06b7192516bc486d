import { accessSync, constants } from 'node:fs';
import { isIP } from 'node:net';
import { UserError } from '../errors.ts';
import { settingOfShipmate } from './session.ts';

const encrypting = ['require', 'verify-ca', 'verify-full'];

/**
 * The connection string for `pg`. Requires TLS unless the server is on this machine. `sslmode` has the meaning of
 * PostgreSQL's own tools: `require` encrypts, `verify-full` checks the certificate too.
 * @throws {UserError} when a server elsewhere would be reached without TLS, when it sets what Shipmate sets, or
 *   when a file that it names cannot be read.
 */
export function connectionString(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const mode = url.searchParams.get('sslmode');
  if (!isLocal(url) && !encrypting.includes(mode ?? '')) {
    throw new UserError(
      `DATABASE_URL reaches ${url.hostname} without TLS. Add \`?sslmode=require\` (or \`verify-full\`) to it, ` +
        `e.g. postgres://user@${url.hostname}/shipmate?sslmode=require.`,
    );
  }
  const setting = settingOfShipmate(url.searchParams);
  if (setting) {
    throw new UserError(
      `DATABASE_URL sets ${setting}, which Shipmate sets on each of its connections. Remove it from DATABASE_URL.`,
    );
  }
  requireFiles(url.searchParams);
  if (mode) url.searchParams.set('uselibpqcompat', 'true');
  return url.href;
}

/** @throws {UserError} for a file of a certificate that cannot be read. */
function requireFiles(parameters: URLSearchParams): void {
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const file = parameters.get(name);
    if (file) requireFile(name, file);
  }
}

function requireFile(name: string, file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `DATABASE_URL names ${file} as ${name}, which ${code === 'ENOENT' ? 'does not exist' : 'Shipmate may not read'}. ` +
        'Put the file there, or correct the path.',
      { cause: error },
    );
  }
}

/** Seconds. */
const connectTimeout = 10;

/**
 * How `pg` connects, and how long that may take: `connect_timeout` of the URL as in PostgreSQL's own tools, in seconds
 * (default 10). It includes the wait for a free connection of a pool.
 * @throws {UserError} as `connectionString`.
 */
export function connectionOptions(databaseUrl: string): { connectionString: string; connectionTimeoutMillis: number } {
  const asked = Number(new URL(databaseUrl).searchParams.get('connect_timeout'));
  const seconds = asked > 0 ? asked : connectTimeout;
  return { connectionString: connectionString(databaseUrl), connectionTimeoutMillis: seconds * 1_000 };
}

/** An empty host, or a folder as `?host=`, is a unix socket. */
function isLocal(url: URL): boolean {
  const host = url.searchParams.get('host') ?? url.hostname.replace(/^\[|\]$/g, '');
  if (host === '' || host === 'localhost' || host.startsWith('/')) return true;
  return (isIP(host) === 4 && host.startsWith('127.')) || host === '::1';
}

/** Host and port, for messages: never the password. */
export function serverName(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  return `${url.searchParams.get('host') ?? (url.hostname || 'localhost')}:${url.port || '5432'}`;
}
