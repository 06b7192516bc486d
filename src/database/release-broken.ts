import type pg from 'pg';

/**
 * Gives back connections that break while a transaction has them. Kysely does so only after a ROLLBACK that succeeds,
 * so each restart of the server would take places of the pool away for ever.
 */
export function releaseBroken(pool: pg.Pool): void {
  const taken = new Set<pg.PoolClient>();
  pool.on('acquire', (client) => taken.add(client));
  pool.on('release', (_error, client) => taken.delete(client));
  pool.on('connect', (client) => {
    client.once('end', () => {
      if (!taken.has(client)) return;
      client.release(true);
      // Whoever has it may still give it back.
      client.release = () => undefined;
    });
  });
}
