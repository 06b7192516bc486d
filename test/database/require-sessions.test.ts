import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { advisoryLeases } from '../../src/database/lease.ts';
import { connectDatabase } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createMigratedDatabase, type EmptyDatabase } from '../support/database.ts';
import { startPgBouncer } from '../support/pgbouncer.ts';

let own: EmptyDatabase;
beforeAll(async () => {
  own = await createMigratedDatabase();
});
afterAll(() => own.close());

describe('a database behind PgBouncer', () => {
  it.each([
    { default_pool_size: 20 },
    { default_pool_size: 1 },
    { default_pool_size: 20, server_round_robin: 1 as const },
  ])('is refused in transaction mode (%p), with what to use', async (settings) => {
    await using pool = await startPgBouncer(own.url, { pool_mode: 'transaction', ...settings });
    const port = new URL(pool.url).port;
    const refusal =
      `DATABASE_URL reaches PostgreSQL at 127.0.0.1:${port} through a pooler that shares sessions between connections ` +
      '(PgBouncer’s `pool_mode = transaction`). Shipmate needs sessions of its own for leases and LISTEN. ' +
      'Use the address of PostgreSQL itself, or of a pool with `pool_mode = session`.';
    await expect(connectDatabase(pool.url)).rejects.toThrow(refusal);
    await expect(migrate(pool.url)).rejects.toThrow(refusal);
  });

  it('is used in session mode, where one of two gets a lease and both hear a notification', async () => {
    await using pool = await startPgBouncer(own.url, { pool_mode: 'session' });
    const database = await connectDatabase(pool.url);
    const [first, second] = [advisoryLeases(pool.url), advisoryLeases(pool.url)];
    try {
      expect(await first.tryAcquire('leader')).toBeDefined();
      expect(await second.tryAcquire('leader')).toBeUndefined();
      const { promise: heard, resolve } = Promise.withResolvers<string>();
      await database.listen('news', resolve);
      await database.asSystem().transactional(async (em) => database.notify(em, 'news', 'arrived'));
      expect(await heard).toBe('arrived');
      expect(await database.querySystem('select current_user', [])).toEqual([{ current_user: 'shipmate_system' }]);
    } finally {
      await Promise.all([first.close(), second.close(), database.close()]);
    }
  });
});
