import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createNotifier, type Notifier } from '../../src/bots/notifier.ts';
import { executeSql } from '../../src/database/database.ts';
import { advisoryLeases, type Leases } from '../../src/database/lease.ts';
import type { Application } from '../../src/entities/application.ts';
import { ChatMessage } from '../../src/entities/chat-message.ts';
import { type Deployment, type DeploymentStatus } from '../../src/entities/deployment.ts';
import type { NotificationFact } from '../../src/entities/notification-facts.ts';
import { Notification } from '../../src/entities/notification.ts';
import { NotificationRoute } from '../../src/entities/notification-route.ts';
import { Project } from '../../src/entities/project.ts';
import type { Reply } from '../../src/replies/reply.ts';
import { changeDeployment } from '../../src/usecases/deployments/deployment-state.ts';
import { notify } from '../../src/usecases/notify.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication, makeDeployment } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import { type RecordingBot, recordingBot } from '../support/recording-bot.ts';
import { until } from '../support/until.ts';

let db: TestDatabase;
let application: Application;
let bot: RecordingBot;
/** How far the clock is ahead, milliseconds. */
let ahead: number;
let started: { notifier: Notifier; leases: Leases }[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  application = await makeApplication(db.database, { name: 'api' });
});
beforeEach(() => {
  bot = recordingBot();
  ahead = 0;
});
afterEach(async () => {
  for (const { notifier, leases } of started) {
    await notifier.stop();
    await leases.close();
  }
  started = [];
  await db.database.asSystem().nativeDelete(NotificationRoute, {});
});
afterAll(() => db.close());

/** A replica of Shipmate that delivers to `bot`. */
async function replica(pollMs = 20): Promise<void> {
  const leases = advisoryLeases(db.url);
  const notifier = createNotifier(fakeDeps(db.database, { leases }), [bot], {
    pollMs,
    now: () => new Date(Date.now() + ahead),
  });
  started.push({ notifier, leases });
  await notifier.start();
}

async function route(over: Partial<NotificationRoute> = {}): Promise<void> {
  await db.database.asSystem().transactional(async (em) => {
    em.create(NotificationRoute, {
      platform: 'slack',
      channel: 'C1',
      pattern: '*/api',
      events: ['succeeded', 'failed', 'unhealthy', 'job-failed'],
      ...over,
      project: over.project ? em.getReference(Project, over.project.id) : null,
      createdBy: null,
    });
  });
}

async function deploy(status: DeploymentStatus = 'building'): Promise<Deployment> {
  return makeDeployment(db.database, { application, status });
}

async function end({ id }: Deployment, status: DeploymentStatus, reason?: 'superseded'): Promise<void> {
  await db.database
    .asSystem()
    .transactional((em) =>
      changeDeployment(db, em, id, { status, finished: true, ...(reason && { metadata: { reason } }) }),
    );
}

/** Events in one transaction, each of its subject. */
async function occur(...events: [fact: NotificationFact, subject: string][]): Promise<void> {
  await db.database.asSystem().transactional(async (em) => {
    for (const [fact, subject] of events)
      await notify(em, { fact, severity: 'danger', applicationId: application.id, subject });
  });
}

function happens(text: string, subject = 'api'): Promise<void> {
  return occur([{ kind: 'job-failed', job: 'tidy', reason: text, scheduled: false }, subject]);
}

function unhealthy(name: string): NotificationFact {
  const counts = { running: 1, replicas: 2, exited: 3 };
  return { kind: 'application-unhealthy', application: name, ...counts, short: [], errors: [], waitsFor: null };
}

function waiting(): Promise<number> {
  return db.database.asSystem().count(Notification, { shownCount: 0, endedAt: null });
}

/** A message is marked as delivered right after it was sent. */
async function allDelivered(): Promise<void> {
  await until('nothing waits', async () => (await waiting()) === 0);
}

async function delivered(count: number): Promise<string[]> {
  return until(`${count} messages`, () => bot.did.length >= count && bot.did);
}

describe('the end of a deployment', () => {
  it('is delivered to the routes that want it, drawn as in its live message', async () => {
    await route();
    await route({ channel: 'C2', events: ['succeeded'] });
    await route({ channel: 'C3', pattern: 'other/*' });
    await replica();
    await end(await deploy(), 'failed');
    expect(await delivered(1)).toEqual(['post 1 failed. No reason was recorded.']);
    await end(await deploy(), 'success');
    expect((await delivered(3)).slice(1).map((line) => line.replace(/\d/, 'n'))).toEqual([
      'post n done in ?',
      'post n done in ?',
    ]);
    await allDelivered();
  });

  it('is not delivered when somebody decided against it, or when a route wants only what is worse', async () => {
    await route({ severity: 'danger' });
    await end(await deploy(), 'failed', 'superseded');
    await end(await deploy(), 'success');
    expect(await waiting()).toBe(0);
  });

  it('leaves nothing behind when its transaction is taken back', async () => {
    await route();
    const deployment = await deploy();
    const attempt = db.database.asSystem().transactional(async (em) => {
      await changeDeployment(db, em, deployment.id, { status: 'failed', finished: true });
      throw new Error('taken back');
    });
    await expect(attempt).rejects.toThrow('taken back');
    expect(await waiting()).toBe(0);
  });

  it('is shown by the live message where a route wants the start, and by nothing else', async () => {
    await route({ events: ['started', 'succeeded', 'failed'] });
    const deployment = await deploy();
    const messages = await db.database.asSystem().find(ChatMessage, { deployment: deployment.id });
    expect(messages).toMatchObject([{ platform: 'slack', channel: 'C1', message: null }]);
    await end(deployment, 'failed');
    expect(await waiting()).toBe(0);
  });
});

describe('a platform that does not answer', () => {
  it('gets everything once it does, in order', async () => {
    await route();
    let down = true;
    bot.refuse = () => {
      if (down) throw new Error('slack is down');
    };
    await happens('first', 'a');
    await happens('second', 'b');
    await replica();
    await until('a first try', () => db.database.asSystem().count(Notification, { attempts: { $gt: 0 } }));
    await happens('third', 'c');
    expect(bot.did).toEqual([]);
    down = false;
    ahead = 60_000;
    expect(await delivered(3)).toEqual(['post 1 first', 'post 2 second', 'post 3 third']);
  });

  it('is given up after a day, and what came later is delivered', async () => {
    await route();
    bot.refuse = (_channel, { text }) => {
      if (text === 'first') throw new Error('msg_too_long');
    };
    await happens('first', 'a');
    await happens('second', 'b');
    ahead = 25 * 3_600_000;
    await replica();
    expect(await delivered(1)).toEqual(['post 1 second']);
    await allDelivered();
  });
});

describe('several Shipmates', () => {
  it('deliver everything once', async () => {
    await route();
    await route({ channel: 'C2' });
    await replica();
    await replica();
    for (let number = 0; number < 10; number += 1) await happens(`event ${number}`, `s${number}`);
    await delivered(20);
    await allDelivered();
    expect(bot.did).toHaveLength(20);
    expect(new Set(bot.did.map((line) => line.replace(/post \d+/, ''))).size).toBe(10);
  });
});

describe('the same again', () => {
  it('edits the message instead of sending another', async () => {
    await route();
    await replica();
    await happens('exits with code 1');
    await delivered(1);
    await allDelivered();
    await happens('exits with code 1');
    await happens('exits with code 1');
    ahead = 60_000;
    expect((await delivered(2))[1]).toBe('edit 1 exits with code 1');
    const [{ count, shownCount } = { count: 0, shownCount: 0 }] = await db.database.asSystem().find(Notification, {});
    expect([count, shownCount]).toEqual([3, 3]);
  });
});

describe('what earlier versions stored', () => {
  it('is delivered as it is: a ready reply, which counts like any other', async () => {
    await route();
    const reply = { tone: 'danger', title: 'shop/api is unhealthy', text: 'exits with code 1' };
    const replies: Reply[] = [];
    bot.refuse = (_channel, shown) => void replies.push(shown);
    await db.database.asSystem().transactional(async (em) => {
      const row = ['unhealthy', 'danger', application.id, 'api', JSON.stringify(reply)];
      const sql = 'select insert_notifications($1, $2, $3, null, $4, $5)';
      for (let count = 0; count < 2; count += 1) await executeSql(em, sql, row);
    });
    await replica();
    await delivered(1);
    expect(replies).toEqual([{ ...reply, text: 'exits with code 1\n2 times in 1 min' }]);
    await allDelivered();
  });
});

describe('quiet hours', () => {
  it('hold back what is not danger, and end with one summary', async () => {
    const clock = new Date();
    const hour = (add: number) => `${String((clock.getUTCHours() + add + 24) % 24).padStart(2, '0')}:00`;
    await route({ quiet: `${hour(-1)}-${hour(2)}` });
    await replica();
    await end(await deploy(), 'success');
    await end(await deploy(), 'success');
    await happens('on fire');
    expect(await delivered(1)).toEqual(['post 1 on fire']);
    ahead = 4 * 3_600_000;
    await delivered(2);
    expect(bot.did).toEqual(['post 1 on fire', 'post 2 ']);
    await allDelivered();
  });
});

describe('many at once', () => {
  it('are one message; when one of them changes, it has one of its own', async () => {
    await route();
    bot.refuse = (_channel, reply) => void replies.push(reply);
    const replies: Reply[] = [];
    const names = ['a', 'b', 'c', 'd'];
    await occur(...names.map((name): [NotificationFact, string] => [unhealthy(`shop/${name}`), name]));
    await replica();
    await delivered(1);
    await allDelivered();
    expect(replies).toEqual([
      {
        tone: 'danger',
        title: '4 at once: unhealthy',
        table: {
          columns: ['What', 'How'],
          rows: names.map((name) => [`shop/${name} is unhealthy`, 'Only 1 of 2 tasks is running.']),
        },
      },
    ]);
    await occur([{ kind: 'application-healthy', application: 'shop/b', replicas: 2 }, 'b']);
    ahead = 60_000;
    await delivered(2);
    expect(bot.did[1]).toMatch(/^post 2 All 2 tasks are running\.$/);
  });
});
