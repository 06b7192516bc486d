import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDatabase } from '../../src/database/connect.ts';
import { until } from '../support/until.ts';
import { createTestDatabase, onDatabase, type TestDatabase } from '../support/database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

function send(channel: string, payload: string): Promise<void> {
  return db.database.asSystem().transactional((em) => db.database.notify(em, channel, payload));
}

/** Payloads in the order they came; `next` waits for the next one. */
function inbox(): { receive: (payload: string) => void; next: () => Promise<string> } {
  const waiting: ((payload: string) => void)[] = [];
  const received: string[] = [];
  return {
    receive(payload) {
      const first = waiting.shift();
      if (first) first(payload);
      else received.push(payload);
    },
    next: () =>
      new Promise((resolve) => (received.length > 0 ? resolve(received.shift() ?? '') : waiting.push(resolve))),
  };
}

/** Ends the listening connection, as a restart of the server would. */
async function killListener(): Promise<number> {
  return onDatabase(db.url, async (client) => {
    const { rows } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'shipmate-listen' and datname = current_database()`,
    );
    return rows.length;
  });
}

describe('listen', () => {
  it('hears what was committed, in order, and nothing that was rolled back', async () => {
    const { receive, next } = inbox();
    const stop = await db.database.listen('order', receive);
    const undone = db.database.asSystem().transactional(async (em) => {
      await db.database.notify(em, 'order', 'rolled back');
      throw new Error('on purpose');
    });
    await expect(undone).rejects.toThrow('on purpose');
    await send('order', 'one');
    await send('order', 'two');
    expect([await next(), await next()]).toEqual(['one', 'two']);
    await stop();
  });

  it('tells every listener of a channel until it stops, and none of another', async () => {
    const [first, second, other] = [inbox(), inbox(), inbox()];
    const stopFirst = await db.database.listen('shared', first.receive);
    const stopSecond = await db.database.listen('shared', second.receive);
    const stopOther = await db.database.listen('other', other.receive);
    await send('shared', 'both');
    expect([await first.next(), await second.next()]).toEqual(['both', 'both']);
    await stopFirst();
    await send('shared', 'second only');
    await send('other', 'other');
    expect(await second.next()).toBe('second only');
    expect(await other.next()).toBe('other');
    first.receive('nothing came before this');
    expect(await first.next()).toBe('nothing came before this');
    await stopSecond();
    await stopOther();
  });

  it('listens again on every channel after the connection was lost', async () => {
    const [first, second] = [inbox(), inbox()];
    const stops = [
      await db.database.listen('lost', first.receive),
      await db.database.listen('also lost', second.receive),
    ];
    for (const round of ['1', '2']) {
      expect(await killListener()).toBe(1);
      await untilListening();
      await send('lost', round);
      await send('also lost', round);
      expect([await first.next(), await second.next()]).toEqual([round, round]);
    }
    for (const stop of stops) await stop();
  });

  it('closes while it is reconnecting', async () => {
    const database = await connectDatabase(db.url);
    await database.listen('closing', () => undefined);
    await killListener();
    await expect(database.close()).resolves.toBeUndefined();
  });
});

/** `listen` resolves when the connection, a new one if need be, listens; it fails when that breaks meanwhile. */
async function untilListening(): Promise<void> {
  const probe = inbox();
  const stop = await until('a connection listens', () =>
    db.database.listen('probe', probe.receive).catch(() => undefined),
  );
  await send('probe', 'there');
  await probe.next();
  await stop();
}
