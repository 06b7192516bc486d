import pg from 'pg';
import { systemRole } from '../entities/access.ts';

/** Connections that are the system's from the start, so that a statement needs no transaction to set the role. */
export function createSystemPool(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    application_name: 'shipmate-system',
    options: `-c role=${systemRole}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // An idle connection that breaks is replaced; the next statement says so if the server is gone.
  pool.on('error', () => undefined);
  return pool;
}
