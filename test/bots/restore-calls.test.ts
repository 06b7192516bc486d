import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bot, MessageRef } from '../../src/bots/bot.ts';
import { createNotifier, type Notifier } from '../../src/bots/notifier.ts';
import { RefusedError } from '../../src/bots/refused.ts';
import { executeSql } from '../../src/database/database.ts';
import { advisoryLeases, type Leases } from '../../src/database/lease.ts';
import { Backup } from '../../src/entities/backup.ts';
import { ManagedDatabase } from '../../src/entities/managed-database.ts';
import { Notification } from '../../src/entities/notification.ts';
import { NotificationRoute } from '../../src/entities/notification-route.ts';
import { Restore } from '../../src/entities/restore.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../src/handlers/dispatch.ts';
import type { Reply } from '../../src/replies/reply.ts';
import { expireRestores, remindOfRestores } from '../../src/usecases/backups/decide-restore.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import type { Origin } from '../../src/usecases/origin.ts';
import { type Crew, makeCrew } from '../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { fakeDeps } from '../support/fakes.ts';
import { makeManagedDatabase } from '../support/managed-database.ts';
import { linkIdentity, type Person } from '../support/person.ts';
import { recordingBot } from '../support/recording-bot.ts';
import { until } from '../support/until.ts';

let db: TestDatabase;
let leases: Leases;
let deps: Deps;
let crew: Crew;
let database: ManagedDatabase;
let name: string;
let notifier: Notifier;
/** What was posted, edited and said in threads, newest last. */
let said: { how: 'post' | 'edit' | 'thread'; channel: string; reply: Reply }[] = [];
/** What was said to people alone. */
let told: { account: string; reply: Reply }[] = [];
let isRefused = false;

const hourMs = 3_600_000;
const system = () => db.database.asSystem();

beforeAll(async () => {
  db = await createTestDatabase();
  leases = advisoryLeases(db.url);
  deps = fakeDeps(db.database, { leases });
  crew = await makeCrew(deps, 'shop');
  const access = await makeManagedDatabase(deps, crew.project, 'postgresql', { image: 'postgres:17', version: '17' });
  database = access.database;
  name = `shop/${database.name}`;
  await system().transactional(async (em) => {
    const of = em.getReference(ManagedDatabase, database.id);
    const createdAt = new Date('2026-11-20T08:30:00Z');
    em.create(Backup, { database: of, type: 'full', status: 'success', createdAt });
  });
  const people: [Person, string][] = [
    [crew.owner, 'UOWNER'],
    [crew.ada, 'UADA'],
    [crew.lea, 'ULEA'],
    [crew.stranger, 'USTRANGER'],
  ];
  for (const [{ user }, account] of people) {
    await linkIdentity(db.database, user, { platform: 'slack', workspace: 'T1', account });
  }
});
beforeEach(async () => {
  said = [];
  told = [];
  isRefused = false;
  notifier = createNotifier(deps, [speaking(), speaking()], { pollMs: 50 });
  await notifier.start();
});
afterEach(async () => {
  await notifier.stop();
  await system().nativeDelete(Restore, {});
  await system().nativeDelete(NotificationRoute, {});
});
afterAll(async () => {
  await leases.close();
  await db.close();
});

function speaking(): Bot {
  let posted = 0;
  function say(how: 'post' | 'edit' | 'thread', { channel }: Pick<MessageRef, 'channel'>, reply: Reply): void {
    if (isRefused && how === 'post')
      throw new RefusedError(new Error('not_in_channel'), { kind: 'channel', step: 'Invite me.' });
    said.push({ how, channel, reply });
  }
  return {
    ...recordingBot(),
    async post(channel, reply) {
      say('post', { channel }, reply);
      return { channel, message: String((posted += 1)) };
    },
    edit: async (ref, reply) => say('edit', ref, reply),
    postUnder: async (ref, reply) => say('thread', ref, reply),
    tell: async (account, reply) => void told.push({ account, reply }),
  };
}

/** Ada asks in a channel of Slack, or in her conversation with Shipmate. */
async function ask(shared = true): Promise<{ reply: Reply; restore: Restore }> {
  const origin: Origin = {
    platform: 'slack',
    workspace: 'T1',
    channel: shared ? 'C1' : 'D1',
    shared,
    account: 'UADA',
    accountName: 'ada',
  };
  const reply = await createDispatcher(deps, commands).dispatch({ line: `db restore ${name} latest` }, origin);
  const { restore } = reply.data as { restore: string };
  return { reply, restore: await system().findOneOrFail(Restore, restore) };
}

const of = (how: 'post' | 'edit' | 'thread') => said.filter((one) => one.how === how);
const calledIn = (id: string) =>
  until('the row', async () => (await system().findOneOrFail(Restore, id, { refresh: true })).called);

describe('a restore that waits for approval', () => {
  it('calls those who may approve in the channel where it was asked for, and the person reads a note', async () => {
    const { reply, restore } = await ask();
    expect(reply).toMatchObject({ private: true, text: expect.stringContaining('needs approval by ') });
    expect(reply.actions).toBeUndefined();
    const [call] = await until('the call', () => of('post').length === 1 && of('post'));
    const short = restore.id.slice(0, 8);
    const limit = `${restore.expiresAt?.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    expect(call).toMatchObject({
      channel: 'C1',
      reply: {
        tone: 'warning',
        title: `Restore of ${name} needs approval`,
        text:
          `ada (slack) wants to replace its data with backup ${restore.backup.id.slice(0, 8)} from 2026-11-20 08:30 UTC.\n` +
          // Eve may too, and has no account there.
          `They and 1 more may decide until ${limit}: \`approve ${short}\`.`,
        mentions: ['UOWNER', 'ULEA'],
      },
    });
    expect(call?.reply.actions?.map(({ command }) => command)).toEqual([`approve ${short}`, `deny ${short}`]);
  });

  it('reminds once before it expires, under the call', async () => {
    const { restore } = await ask();
    await until('the call', () => of('post').length === 1);
    await remindOfRestores(deps);
    await remindOfRestores(deps, new Date(Date.now() + 23 * hourMs));
    await remindOfRestores(deps, new Date(Date.now() + 23.5 * hourMs));
    const [reminder] = await until('the reminder', () => of('thread').length === 1 && of('thread'));
    expect(reminder?.reply).toMatchObject({
      mentions: ['UOWNER', 'ULEA'],
      text: expect.stringMatching(
        /^\*\*The restore of shop\/.*\*\* still waits for approval until .* UTC\. They and 1 more/,
      ),
    });
    await crew.lea.type(`deny ${restore.id.slice(0, 8)} no`);
    await until('the end', async () => (await calledIn(restore.id)) === 'ended');
    expect(of('thread')).toHaveLength(1);
  });

  it.each<[string, (id: string) => Promise<unknown>, RegExp]>([
    [
      'approved',
      (id) => crew.lea.type(`approve ${id}`),
      /^Approved by .*\. `db backups shop\/.*` shows the progress\.\n/,
    ],
    ['denied', (id) => crew.lea.type(`deny ${id} not today`), /^Denied by .*: not today\nasked by ada \(slack\)$/],
    ['expired', (id) => makeOverdue(id), /^Nobody approved in time\. The database is unchanged\.\n/],
  ])('says in the call that it was %s, without buttons', async (_, decide, outcome) => {
    const { restore } = await ask();
    await until('the call', async () => (await calledIn(restore.id)) === 'asked');
    await decide(restore.id.slice(0, 8));
    await until('the end', async () => (await calledIn(restore.id)) === 'ended');
    const [edit] = of('edit');
    expect(edit?.reply).toMatchObject({ title: `Restore of ${name}`, text: expect.stringMatching(outcome) });
    expect([edit?.reply.actions, edit?.reply.mentions, of('post').length]).toEqual([undefined, undefined, 1]);
  });

  it('is asked for in the channel of a route for approvals instead, which says what came of it', async () => {
    await system().transactional(async (em) => {
      em.create(NotificationRoute, { platform: 'slack', channel: 'C9', pattern: 'shop/*', events: ['approval'] });
    });
    const { restore } = await ask();
    await until('the call is left to the route', async () => (await calledIn(restore.id)) === 'asked');
    const [notified] = await until('the notification', () => of('post').length === 1 && of('post'));
    expect(notified).toMatchObject({ channel: 'C9', reply: { mentions: ['UOWNER', 'ULEA'] } });
    await until('its row', async () => (await system().count(Notification, { shownCount: 1 })) === 1);
    await crew.lea.type(`deny ${restore.id.slice(0, 8)} not today`);
    const [edit] = await until('what came of it', () => of('edit').length === 1 && of('edit'));
    expect(edit).toMatchObject({ channel: 'C9', reply: { text: expect.stringMatching(/^Denied by .*: not today\n/) } });
    expect(edit?.reply.actions).toBeUndefined();
    expect(of('post')).toHaveLength(1);
  });

  it('is called for by nobody where nobody else reads, and its answer has the buttons', async () => {
    const { reply, restore } = await ask(false);
    expect([reply.private, reply.actions?.map(({ label }) => label)]).toEqual([undefined, ['Approve', 'Deny']]);
    expect([restore.channel, restore.platform]).toEqual([null, null]);
  });

  it('that cannot be called for there is told to who asked, once', async () => {
    isRefused = true;
    const { restore } = await ask();
    await until('the row', async () => (await calledIn(restore.id)) === 'asked');
    await until('the word to ada', () => told.length === 1);
    expect(told[0]).toEqual({
      account: 'UADA',
      reply: {
        tone: 'warning',
        text: 'The call for the approval of your restore cannot appear in the channel C1: not_in_channel. Invite me.',
      },
    });
  });
});

async function makeOverdue(id: string): Promise<void> {
  await executeSql(system(), `update restores set expires_at = now() - interval '1 s' where id::text like $1 || '%'`, [
    id,
  ]);
  await expireRestores(deps);
}
