import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { advisoryLeases, type Leases } from '../../src/database/lease.ts';
import { createLeaseLosses, type LeaseLosses } from '../../src/database/lease-losses.ts';
import { createTestDatabase, onDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const holder = new URL('../support/lease-holder.ts', import.meta.url).pathname;
let db: TestDatabase;
let opened: Leases[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(opened.map((leases) => leases.close()));
  opened = [];
});
afterAll(() => db.close());

function open(losses?: LeaseLosses): Leases {
  const leases = advisoryLeases(db.url, losses);
  opened.push(leases);
  return leases;
}

async function breakConnections(): Promise<void> {
  await onDatabase(db.url, (client) =>
    client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'shipmate-lease' and datname = current_database()`,
    ),
  );
}

describe('leases', () => {
  it('are held by one at a time, within a process and between two', async () => {
    const [here, there] = [open(), open()];
    const lease = await here.tryAcquire('a');
    expect(lease).toBeDefined();
    expect(await here.tryAcquire('a')).toBeUndefined();
    expect(await there.tryAcquire('a')).toBeUndefined();
    expect(await there.tryAcquire('b')).toBeDefined();
    expect(await there.isHeld('a')).toBe(true);
    await lease?.release();
    expect(await there.isHeld('a')).toBe(false);
    expect(await there.tryAcquire('a')).toBeDefined();
  });

  it('of another database are another matter', async () => {
    await using other = await createTestDatabase();
    const elsewhere = advisoryLeases(other.url);
    await open().tryAcquire('a');
    expect(await elsewhere.isHeld('a')).toBe(false);
    await elsewhere.close();
  });

  it('tell their holder when the connection broke, and are free for others', async () => {
    const [here, there] = [open(), open()];
    const lease = await here.tryAcquire('a');
    const lost = lease && once(lease.lost, 'abort');
    await breakConnections();
    await lost;
    // The server says that it ends a session before it lets go of the session's locks.
    await until('the lease is free', () => there.tryAcquire('a').catch(() => undefined));
    await lease?.release();
    expect(await there.isHeld('a')).toBe(true);
  });

  it('are logged and counted when they are lost, with why and what they were for, and not when they end', async () => {
    const lines: Record<string, unknown>[] = [];
    const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) });
    const losses = createLeaseLosses(logger);
    const [here, there] = [open(losses), open()];
    await there.tryAcquire('taken');
    const lease = await here.tryAcquire('application:7');
    const ended = await here.tryAcquire('ended');
    await ended?.release();
    await here.tryAcquire('taken');
    expect(losses.count()).toBe(0);
    const lost = lease && once(lease.lost, 'abort');
    await breakConnections();
    await lost;
    expect(losses.count()).toBe(1);
    expect(lines).toMatchObject([
      {
        level: 40,
        lease: 'application:7',
        err: { message: 'terminating connection due to administrator command' },
        msg: 'a lease was lost with its connection to PostgreSQL: what ran under it stops and starts over',
      },
    ]);
    await until('the lease to be free', () => here.tryAcquire('again'));
    await here.close();
    expect(losses.count()).toBe(1);
  });

  it('that were lost and acquired anew are not released by who had them before', async () => {
    const [here, there] = [open(), open()];
    const first = await here.tryAcquire('a');
    const lost = first && once(first.lost, 'abort');
    await breakConnections();
    await lost;
    await until('the lease to be free', () => here.tryAcquire('a').catch(() => undefined));
    await first?.release();
    expect(await there.isHeld('a')).toBe(true);
    expect(await here.tryAcquire('a')).toBeUndefined();
  });

  it('can be taken again after the connection broke', async () => {
    const leases = open();
    const lease = await leases.tryAcquire('a');
    const lost = lease && once(lease.lost, 'abort');
    await breakConnections();
    await lost;
    // The server may take a moment to notice that the connection is gone.
    const again = await until('the lease to be free', () => leases.tryAcquire('a'));
    expect(again.lost.aborted).toBe(false);
  });

  it('are let go of when a query fails on a connection that lives', async () => {
    const [here, there] = [open(), open()];
    const lease = await here.tryAcquire('a');
    await expect(here.tryAcquire('not \0 text')).rejects.toThrow();
    expect(lease?.lost.aborted).toBe(true);
    await until('the lease to be free', async () => !(await there.isHeld('a')));
  });

  it('end with the process that holds them', async () => {
    const child = fork(holder, [db.url, 'a'], { execArgv: [], env: { ...process.env, NODE_OPTIONS: '' } });
    await once(child, 'message');
    const leases = open();
    expect(await leases.isHeld('a')).toBe(true);
    expect(await leases.tryAcquire('a')).toBeUndefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until('the lease to be free', async () => !(await leases.isHeld('a')));
  });
});
