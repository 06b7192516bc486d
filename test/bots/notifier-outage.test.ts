import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createNotifier } from '../../src/bots/notifier.ts';
import type { Database } from '../../src/database/database.ts';
import { advisoryLeases } from '../../src/database/lease.ts';
import { Notification } from '../../src/entities/notification.ts';
import { notify } from '../../src/usecases/notify.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeRoute } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import { recordingBot } from '../support/recording-bot.ts';
import { until } from '../support/until.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  await makeRoute(db.database, { channel: 'C1', events: ['job-failed'] });
});
afterAll(() => db.close());

async function happens(reason: string): Promise<void> {
  await db.database.asSystem().transactional(async (em) => {
    const fact = { kind: 'job-failed', job: 'tidy', reason, scheduled: false } as const;
    await notify(em, { fact, severity: 'danger', subject: reason });
  });
}

describe('a PostgreSQL that goes away', () => {
  it('between a post and its row leaves one message, and what came later follows', async () => {
    await happens('first');
    await happens('second');
    let away = true;
    const database: Database = {
      ...db.database,
      async querySystem<Row>(...query: Parameters<Database['querySystem']>) {
        if (away) throw Object.assign(new Error('terminating connection'), { code: '57P01' });
        return db.database.querySystem<Row>(...query);
      },
    };
    let warnings = 0;
    const logger = pino({ level: 'warn' }, { write: () => void (warnings += 1) });
    const bot = recordingBot();
    const leases = advisoryLeases(db.url);
    const notifier = createNotifier(fakeDeps(database, { leases, logger }), [bot], {
      pollMs: 20,
      // PostgreSQL's was read before it went away.
      now: () => new Date(),
    });
    await notifier.start();
    await until('it is noticed', () => warnings > 0);
    expect(bot.did).toEqual(['post 1 first']);
    away = false;
    const waiting = () => db.database.asSystem().count(Notification, { shownCount: 0, endedAt: null });
    await until('nothing waits', async () => (await waiting()) === 0);
    await notifier.stop();
    await leases.close();
    expect(bot.did).toEqual(['post 1 first', 'post 2 second']);
  });
});
