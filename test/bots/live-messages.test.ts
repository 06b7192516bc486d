import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLiveMessages } from '../../src/bots/live-messages.ts';
import type { Database } from '../../src/database/database.ts';
import { ChatMessage } from '../../src/entities/chat-message.ts';
import type { Leases } from '../../src/database/lease.ts';
import { fakeDeps } from '../support/fakes.ts';
import { recordingBot } from '../support/recording-bot.ts';
import { makeReporterStage, type ReporterStage } from './reporter-stage.ts';

let stage: ReporterStage;

beforeAll(async () => {
  stage = await makeReporterStage();
});
afterAll(async () => {
  await stage.clear();
  await stage.db.close();
});

describe('a PostgreSQL that goes away', () => {
  it('between a post and its row, with the lease, leaves one message', async () => {
    const { id } = await stage.deployment();
    let away = true;
    let lost = new AbortController();
    const leases: Leases = {
      tryAcquire: async () => ({ lost: (lost = new AbortController()).signal, release: async () => undefined }),
      isHeld: async () => false,
      close: async () => undefined,
    };
    const database: Database = {
      ...stage.db.database,
      asSystem() {
        const em = stage.db.database.asSystem();
        if (away) em.nativeUpdate = async () => Promise.reject(new Error('Connection terminated'));
        return em;
      },
    };
    const bot = recordingBot();
    const messages = createLiveMessages(fakeDeps(database, { leases }), bot, id);
    await expect(messages.draw()).rejects.toThrow('1 messages are not up to date');
    lost.abort();
    away = false;
    expect(await messages.draw()).toBe('current');
    expect(bot.did.map((line) => line.split(' ').slice(0, 2))).toEqual([
      ['post', '1'],
      ['edit', '1'],
    ]);
    const rows = await stage.db.database.asSystem().find(ChatMessage, { deployment: id });
    expect(rows).toMatchObject([{ message: '1' }]);
  });
});
