import { mkdtemp, readFile, realpath, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded.ts';
import { createLogger } from '../../src/logger.ts';
import { until } from '../support/until.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(await realpath(tmpdir()), 'shipmate-kept-'));
});
afterEach(async () => {
  await removeEmbeddedPostgres(dataDir);
  await rm(dataDir, { recursive: true });
});

function start(limitMs: number) {
  return startEmbeddedPostgres(dataDir, { durable: false, keep: { logger: createLogger('silent'), limitMs } });
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function one(url: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query('select 1 as one')).rows;
  } finally {
    await client.end();
  }
}

describe('an embedded PostgreSQL that is kept running', () => {
  it('answers again at the same address after it was killed, however often, and stays stopped when told to', async () => {
    const server = await start(600_000);
    for (let times = 0; times < 2; times += 1) {
      const killed = await postmasterPid();
      process.kill(killed, 'SIGKILL');
      await until('another server', async () => (await postmasterPid().catch(() => killed)) !== killed);
      const rows = await until('its answer', () => one(server.url).catch(() => undefined));
      expect(rows).toEqual([{ one: 1 }]);
    }
    await server.stop();
    await expect(one(server.url)).rejects.toThrow('ECONNREFUSED');
  });

  it('is lost when it cannot be started within the limit, with the last words of its log', async () => {
    const server = await start(1);
    const control = join(dataDir, 'postgres/cluster/global/pg_control');
    await rename(control, `${control}.gone`);
    process.kill(await postmasterPid(), 'SIGKILL');
    const lost = await server.lost;
    expect(lost?.message).toMatch(
      /^The embedded PostgreSQL ended and did not start again within 1 ms\. Its last log lines: /,
    );
    expect(lost?.message).toContain('pg_control');
    await server.stop();
  });
});
