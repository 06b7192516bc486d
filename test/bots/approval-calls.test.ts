import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bot } from '../../src/bots/bot.ts';
import { createNotifier, type Notifier } from '../../src/bots/notifier.ts';
import { createReporter, type Reporter } from '../../src/bots/reporter.ts';
import { executeSql } from '../../src/database/database.ts';
import { advisoryLeases, type Leases } from '../../src/database/lease.ts';
import { ChatMessage } from '../../src/entities/chat-message.ts';
import { Notification } from '../../src/entities/notification.ts';
import { type NotificationEvent, NotificationRoute } from '../../src/entities/notification-route.ts';
import { User } from '../../src/entities/user.ts';
import type { Reply } from '../../src/replies/reply.ts';
import { expireApprovals } from '../../src/usecases/deployments/request/expire-approvals.ts';
import { remindOfApprovals } from '../../src/usecases/deployments/request/remind-of-approvals.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Crew, makeCrew } from '../support/crew.ts';
import { makeApplication } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import { linkIdentity, type Person } from '../support/person.ts';
import { recordingBot } from '../support/recording-bot.ts';
import { until } from '../support/until.ts';

let db: TestDatabase;
let leases: Leases;
let deps: Deps;
let crew: Crew;
let reporter: Reporter;
let notifier: Notifier;
/** What was posted, edited and said in threads, newest last. */
let said: { how: 'post' | 'edit' | 'thread'; reply: Reply }[] = [];

const hourMs = 3_600_000;

beforeAll(async () => {
  db = await createTestDatabase();
  leases = advisoryLeases(db.url);
  deps = fakeDeps(db.database, { leases, announceTo: [{ platform: 'slack', channel: 'C1' }] });
  crew = await makeCrew(deps, 'shop');
  const sourceConfig = { image: 'nginx:1', protected: true };
  await makeApplication(db.database, { name: 'api', project: crew.project, type: 'docker', sourceConfig });
  const people: [Person, string][] = [
    [crew.owner, 'UOWNER'],
    [crew.ada, 'UADA'],
    [crew.lea, 'ULEA'],
    [crew.ben, 'UBEN'],
    [crew.stranger, 'USTRANGER'],
  ];
  for (const [{ user }, account] of people) {
    await linkIdentity(db.database, user, { platform: 'slack', workspace: 'T1', account });
  }
});
beforeEach(async () => {
  said = [];
  const bot = speaking();
  reporter = createReporter(deps, [bot], { pollMs: 50 });
  notifier = createNotifier(deps, [bot], { pollMs: 50 });
  await reporter.start();
  await notifier.start();
});
afterEach(async () => {
  await reporter.stop();
  await notifier.stop();
  await crew.ada.type('cancel shop/api');
  await db.database.asSystem().nativeDelete(NotificationRoute, {});
  await db.database.asSystem().nativeDelete(ChatMessage, {});
});
afterAll(async () => {
  await leases.close();
  await db.close();
});

function speaking(): Bot {
  let posted = 0;
  return {
    ...recordingBot(),
    async post(channel, reply) {
      said.push({ how: 'post', reply });
      return { channel, message: String((posted += 1)) };
    },
    async edit(_, reply) {
      said.push({ how: 'edit', reply });
    },
    async postUnder(_, reply) {
      said.push({ how: 'thread', reply });
    },
  };
}

async function asked(): Promise<string> {
  const { deploymentId = '' } = await crew.ada.type('deploy shop/api');
  return deploymentId.slice(0, 8);
}

const threads = () => said.filter(({ how }) => how === 'thread').map(({ reply }) => reply);
const approvals = () => said.filter(({ reply }) => reply.title !== undefined && reply.text?.includes('may decide'));

/** Ada asks on the console, which nobody draws here. */
const rowsOf = () => db.database.asSystem().find(ChatMessage, { platform: 'slack' });

async function route(events: NotificationEvent[], channel = 'C9'): Promise<void> {
  await db.database.asSystem().transactional(async (em) => {
    em.create(NotificationRoute, { platform: 'slack', channel, pattern: 'shop/*', events });
  });
}

/** Nobody moves the end of an approval, so the row is made anew. */
async function makeOverdue(): Promise<void> {
  await executeSql(
    db.database.asSystem(),
    `with late as (delete from approvals where decision is null returning deployment_id)
     insert into approvals (id, deployment_id, expires_at)
     select gen_random_uuid(), deployment_id, now() - interval '1 second' from late`,
    [],
  );
}

describe('a deployment that waits for approval', () => {
  it('calls those who may approve in the thread, the owner first, never who asked', async () => {
    await asked();
    const [call] = await until('the call', () => threads().length === 1 && threads());
    expect(call?.mentions).toEqual(['UOWNER', 'ULEA']);
    // Eve may too, and has no account there.
    expect(call?.text).toContain('They and 1 more may decide: `approve ');
    expect(call?.actions).toBeUndefined();
  });

  it('reminds once before it expires, and not of what was decided', async () => {
    const id = await asked();
    await until('the call', () => threads().length === 1);
    await remindOfApprovals(deps);
    await remindOfApprovals(deps, new Date(Date.now() + 23 * hourMs));
    await remindOfApprovals(deps, new Date(Date.now() + 23.5 * hourMs));
    await until('the reminder', () => threads().length === 2);
    expect(threads()[1]).toMatchObject({ mentions: ['UOWNER', 'ULEA'], text: expect.stringContaining('still waits') });
    await crew.lea.type(`deny ${id} no`);
    await remindOfApprovals(deps, new Date(Date.now() + 23.5 * hourMs));
    await until('the end', async () => (await rowsOf()).every(({ finishedAt }) => finishedAt));
    expect(threads()).toHaveLength(2);
  });

  it('is asked for in the channel of a route for approvals instead of the thread', async () => {
    await route(['approval']);
    await asked();
    const [notified] = await until('the notification', () => approvals().length === 1 && approvals());
    expect(notified?.reply.mentions).toEqual(['UOWNER', 'ULEA']);
    await until('the thread is left alone', async () => {
      const rows = await rowsOf();
      return rows.every(({ replies }) => replies.includes('approval'));
    });
    expect(threads()).toEqual([]);
    await remindOfApprovals(deps, new Date(Date.now() + 23 * hourMs));
    await until('the reminder', () => approvals().length === 2);
    expect(approvals()[1]?.reply.text).toContain('This is a reminder: it expires soon.');
  });

  it.each<[string, (id: string) => Promise<unknown>, RegExp]>([
    ['approved', (id) => crew.lea.type(`approve ${id}`), /^Approved by /],
    ['denied', (id) => crew.lea.type(`deny ${id} not today`), /^Denied by .*: not today/],
    ['cancelled', () => crew.ada.type('cancel shop/api'), /^Cancelled by /],
    ['superseded', () => crew.ada.type('deploy shop/api'), /^Superseded by a newer request/],
    ['expired', () => makeOverdue().then(() => expireApprovals(deps)), /^Nobody approved in time\./],
  ])('says in the notification that it was %s, without buttons', async (_, decide, outcome) => {
    await route(['approval']);
    const id = await asked();
    await until('the notification', () => approvals().length === 1);
    expect(approvals()[0]?.reply.actions?.map(({ label }) => label)).toEqual(['Approve', 'Deny', 'Cancel']);
    await until('its row', async () => (await db.database.asSystem().count(Notification, { shownCount: 1 })) === 1);
    await decide(id);
    const edit = await until('the edit', () =>
      said.find(({ how, reply }) => how === 'edit' && outcome.test(reply.text ?? '') && !reply.actions),
    );
    expect(edit.reply.mentions).toBeUndefined();
  });

  it('calls nobody whose role does not let them approve', async () => {
    await db.database.asSystem().nativeUpdate(User, { id: crew.lea.user.id }, { role: 'viewer' });
    try {
      await asked();
      const [call] = await until('the call', () => threads().length === 1 && threads());
      expect(call?.mentions).toEqual(['UOWNER']);
    } finally {
      await db.database.asSystem().nativeUpdate(User, { id: crew.lea.user.id }, { role: 'developer' });
    }
  });
});
