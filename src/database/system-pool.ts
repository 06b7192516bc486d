import pg from 'pg';
import { connectionOptions } from './database-url.ts';
import { keepAlive } from './keep-alive.ts';
import { systemRole } from '../entities/access.ts';
import { sessionHook } from './session.ts';

/** Connections with the system's role preset, so that a statement needs no transaction to set it. */
export function createSystemPool(databaseUrl: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    ...connectionOptions(databaseUrl),
    max,
    application_name: 'shipmate-system',
    ...sessionHook(systemRole),
    ...keepAlive,
  });
  // A broken idle connection is replaced; the next statement fails if the server is gone.
  pool.on('error', () => undefined);
  return pool;
}
