import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { leastConnections, shareConnections } from '../../src/config-connections.ts';
import { connectDatabase } from '../../src/database/connect.ts';
import { advisoryLeases } from '../../src/database/lease.ts';
import { migrate } from '../../src/database/migrate.ts';
import { ensureRoles } from '../../src/database/owner-connection.ts';
import { UnavailableError, UserError } from '../../src/errors.ts';
import { pgBossQueue } from '../../src/queue/pg-boss.ts';
import { createEmptyDatabase, type EmptyDatabase, onServer } from '../support/database.ts';
import { until } from '../support/until.ts';

const account = `shipmate_test_limit_${randomUUID().slice(0, 8)}`;
let empty: EmptyDatabase;
let name: string;
let url: string;

beforeAll(async () => {
  empty = await createEmptyDatabase();
  name = new URL(empty.url).pathname.slice(1);
  const own = new URL(empty.url);
  own.username = account;
  own.password = 'plain';
  url = own.href;
  await onServer(async (server) => {
    await ensureRoles(server);
    await server.query(`create role ${account} login password 'plain'`);
    await server.query(`alter database ${name} owner to ${account}`);
    await server.query(`grant shipmate_app, shipmate_system to ${account}`);
  });
});
beforeEach(() => onServer((server) => server.query(`alter role ${account} connection limit -1`)));
afterAll(async () => {
  await empty.close();
  await onServer((server) => server.query(`drop role ${account}`));
});

async function open(): Promise<number> {
  return onServer(async (server) => {
    const { rows } = await server.query('select from pg_stat_activity where usename = $1', [account]);
    return rows.length;
  });
}

const limit = (sql: string) => onServer((server) => server.query(sql));

describe('the connections that Shipmate may use', () => {
  it('are refused when the account or the database may not have as many, with what to do', async () => {
    await limit(`alter role ${account} connection limit 12`);
    await expect(connectDatabase(url, { connections: 20 })).rejects.toThrow(
      new UserError(
        `The database account ${account} is limited to 12 connections, but this Shipmate may use 20. To go on, set ` +
          `SHIPMATE_DATABASE_CONNECTIONS=12, or raise the limit: alter role ${account} connection limit 20;`,
      ),
    );
    await (await connectDatabase(url, { connections: 12 })).close();
    await limit(`alter database ${name} connection limit 5`);
    await expect(connectDatabase(url, { connections: 12 })).rejects.toThrow(
      new UserError(
        `The database ${name} is limited to 5 connections, but this Shipmate may use 12 and needs at least 8. ` +
          `To go on, raise the limit: alter database ${name} connection limit 12;`,
      ),
    );
    await limit(`alter database ${name} connection limit -1`);
  });

  it('are enough when all that needs them is at work at once, and never more', async () => {
    await migrate(url);
    const database = await connectDatabase(url, { connections: leastConnections });
    const leases = advisoryLeases(url);
    const logger = pino({ level: 'silent' });
    const connections = shareConnections(leastConnections).queue;
    const queue = pgBossQueue({ databaseUrl: url, database, connections, logger, jobTimeoutSeconds: 60 });
    try {
      await until('the end of those that were only for the start', async () => (await open()) === 0);
      // PostgreSQL itself refuses one more.
      await limit(`alter role ${account} connection limit ${leastConnections}`);
      await queue.start();
      const ran: string[] = [];
      await queue.work({ run: async (application) => void ran.push(application) }, 2);
      const lease = await leases.tryAcquire('a');
      const many = Array.from({ length: 30 }, () => randomUUID());
      await Promise.all([
        ...many.map((application) =>
          database.asSystem().transactional((em) => queue.enqueueDeployment(em, application)),
        ),
        ...many.map(() => database.querySystem('select pg_sleep(0.01)', [])),
        ...many.map(() => leases.isHeld('a')),
      ]);
      await until('the jobs', () => ran.length === many.length);
      expect(lease?.lost.aborted).toBe(false);
    } finally {
      await queue.stop(0);
      await leases.close();
      await database.close();
    }
  });

  it('that are all taken get a sentence', async () => {
    await limit(`alter role ${account} connection limit 0`);
    const refused = await migrate(url).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UnavailableError);
    expect((refused as Error).message).toBe(
      `PostgreSQL at ${new URL(url).host} has no connection left for Shipmate: too many connections for role ` +
        `"${account}". Each Shipmate uses up to SHIPMATE_DATABASE_CONNECTIONS (default 20): lower it, or raise the ` +
        'limit of the account, the database or the server (max_connections).',
    );
  });
});
