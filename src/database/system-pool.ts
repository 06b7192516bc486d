import pg from 'pg';
import { keepAlive } from './keep-alive.ts';
import { systemRole } from '../entities/access.ts';

/** Connections with the system's role preset, so that a statement needs no transaction to set it. */
export function createSystemPool(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    application_name: 'shipmate-system',
    options: `-c role=${systemRole}`,
    connectionTimeoutMillis: 10_000,
    ...keepAlive,
  });
  // A broken idle connection is replaced; the next statement fails if the server is gone.
  pool.on('error', () => undefined);
  return pool;
}
