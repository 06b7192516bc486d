import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createNotifier } from '../../src/bots/notifier.ts';
import { executeSql } from '../../src/database/database.ts';
import { advisoryLeases } from '../../src/database/lease.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeRoute } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import { followTurns } from '../support/longest-turn.ts';
import { recordingBot } from '../support/recording-bot.ts';
import { until } from '../support/until.ts';

const channels = Array.from({ length: 10 }, (_, at) => `C${at}`);
const each = 1_000;

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  for (const channel of channels) await makeRoute(db.database, { channel, events: ['job-failed'] });
  // Each by itself, as events of different transactions are.
  await executeSql(
    db.database.asSystem(),
    `with written as (
       select insert_notifications('job-failed', 'danger', null, null, 's' || n,
         jsonb_build_object('kind', 'job-failed', 'job', 'tidy', 'reason', n::text, 'scheduled', false))
       from generate_series(1, $1::int) n order by n
     ) select count(*) from written`,
    [each],
  );
  const apart = `update notifications set created_at = created_at - (100000 - id) * interval '1 ms'`;
  await executeSql(db.database.asSystem(), apart);
});
afterAll(() => db.close());

async function waiting(): Promise<number> {
  const sql = 'select count(*)::int as count from notifications where shown_count < count';
  return (await executeSql<{ count: number }>(db.database.asSystem(), sql)).rows[0]?.count ?? 0;
}

describe('10,000 notifications that a start finds waiting', () => {
  it('are delivered once each, in the order of the events in each channel, without holding others up', async () => {
    expect(await waiting()).toBe(channels.length * each);
    const seen = new Map(channels.map((channel): [string, string[]] => [channel, []]));
    const bot = recordingBot();
    bot.refuse = (channel, { text = '' }) => void seen.get(channel)?.push(text);
    const leases = advisoryLeases(db.url);
    const longestTurn = followTurns();
    const notifier = createNotifier(fakeDeps(db.database, { leases }), [bot], { pollMs: 20 });
    await notifier.start();
    await until('nothing waits', async () => (await waiting()) === 0);
    // With each compared with every other it was several times as much.
    expect(longestTurn()).toBeLessThan(500);
    await notifier.stop();
    await leases.close();
    const inOrder = Array.from({ length: each }, (_, at) => String(at + 1));
    for (const channel of channels) expect(seen.get(channel)).toEqual(inOrder);
  });
});
