import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  type EmbeddedPostgres,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/database/embedded.ts';
import { handOver } from '../../../src/database-engines/postgresql/hand-over.ts';
import { onDatabase } from '../../support/database.ts';
import { statementsOf } from '../../support/psql-statements.ts';
import { until } from '../../support/until.ts';

let folder: string;
let server: EmbeddedPostgres;
beforeAll(async () => {
  folder = await mkdtemp(join(await realpath(tmpdir()), 'shipmate-hand-over-'));
  // One that is not durable has no autovacuum.
  server = await startEmbeddedPostgres(folder, { durable: true });
}, 60_000);
afterAll(async () => {
  await server.stop();
  await removeEmbeddedPostgres(folder);
  await rm(folder, { recursive: true });
});

it('takes a table at once that an autovacuum of minutes is at', () =>
  onDatabase(server.url, async (client) => {
    const values = async (sql: string) =>
      (await client.query({ text: sql, rowMode: 'array' })).rows.flat() as unknown[];
    await client.query('create role app');
    await client.query('alter system set autovacuum_naptime = 1');
    await client.query('select pg_reload_conf()');
    // It rests for 0.1 seconds or more at each of 800 pages.
    await client.query(`create table vacuumed with (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)
      as select from generate_series(1, 180000)`);
    await client.query('delete from vacuumed');
    const vacuums = `select pid from pg_stat_progress_vacuum where relid = 'vacuumed'::regclass`;
    const [vacuum] = await until('the autovacuum', async () => {
      const running = await values(vacuums);
      return running.length > 0 && running;
    });
    for (const { statements } of statementsOf(handOver('shipmate', 'app'), 'postgres')) {
      for (const statement of statements) await client.query(statement);
    }
    const owner = await values(`select relowner::regrole::text from pg_class where relname = 'vacuumed'`);
    expect([owner, await values(vacuums)]).toEqual([['app'], expect.not.arrayContaining([vacuum])]);
  }));
