import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createNotifier } from '../../src/bots/notifier.ts';
import { type RefusalKind, RefusedError } from '../../src/bots/refused.ts';
import { advisoryLeases } from '../../src/database/lease.ts';
import { ChatMessage } from '../../src/entities/chat-message.ts';
import type { Deployment } from '../../src/entities/deployment.ts';
import { Notification } from '../../src/entities/notification.ts';
import { NotificationRoute } from '../../src/entities/notification-route.ts';
import { User } from '../../src/entities/user.ts';
import { changeDeployment } from '../../src/usecases/deployments/deployment-state.ts';
import { notify } from '../../src/usecases/notify.ts';
import { makeApplication, makeUser } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import { linkIdentity } from '../support/person.ts';
import { recordingBot } from '../support/recording-bot.ts';
import { until } from '../support/until.ts';
import { makeReporterStage, type ReporterStage } from './reporter-stage.ts';

let stage: ReporterStage;
beforeAll(async () => {
  stage = await makeReporterStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.db.close());

function refusal(kind: RefusalKind, why: string): RefusedError {
  return new RefusedError(new Error(why), { kind, step: 'Mend it.' });
}

/** A platform on which the next edits are refused; every attempt is in `tried`. */
function refusing() {
  const bot = recordingBot({ editIntervalMs: 0 });
  const tried: string[] = [];
  const state = { refusal: undefined as RefusedError | undefined };
  const { edit } = bot;
  bot.edit = async (ref, reply, options) => {
    tried.push(`edit ${ref.message}`);
    if (state.refusal) throw state.refusal;
    await edit.call(bot, ref, reply, options);
  };
  return { bot, tried, state };
}

async function end({ id }: Deployment): Promise<void> {
  const change = { status: 'success', finished: true, metadata: { progress: null, duration_seconds: 4 } } as const;
  await stage.db.database.asSystem().transactional((em) => changeDeployment(stage.db, em, id, change));
}

async function finished(): Promise<void> {
  const open = () => stage.db.database.asSystem().count(ChatMessage, { finishedAt: null });
  await until('the end of every message', async () => (await open()) === 0);
}

describe('a live message', () => {
  it.each(['gone', 'closed'] as const)('that is %s is posted anew while the deployment runs', async (kind) => {
    const { bot, state } = refusing();
    await stage.report(bot);
    const made = await stage.deployment();
    await until('post', () => bot.did.length === 1);
    state.refusal = refusal(kind, 'refused');
    await stage.moveTo(made, { phase: 'building' });
    await until('another post', () => bot.did.length === 2);
    expect(bot.did).toEqual(['post 1 cloning', 'post 2 building']);
    state.refusal = undefined;
    await end(made);
    await finished();
    expect(bot.did[2]).toBe('edit 2 done in 4 s');
  });

  it('that is deleted twice is left alone, and no further edit is tried', async () => {
    const { bot, state, tried } = refusing();
    await stage.report(bot);
    const made = await stage.deployment();
    await until('post', () => bot.did.length === 1);
    state.refusal = refusal('gone', 'message_not_found');
    await stage.moveTo(made, { phase: 'building' });
    await until('another post', () => bot.did.length === 2);
    await stage.moveTo(made, { phase: 'pushing' });
    await until('the second refusal', () => tried.length === 2);
    await stage.moveTo(made, { phase: 'watching' });
    await end(made);
    await finished();
    expect(tried).toEqual(['edit 1', 'edit 2']);
    expect(bot.did).toHaveLength(2);
  });

  it('that is deleted after the end stays deleted', async () => {
    const { bot, state, tried } = refusing();
    await stage.report(bot);
    const made = await stage.deployment();
    await until('post', () => bot.did.length === 1);
    state.refusal = refusal('gone', 'message_not_found');
    await end(made);
    await finished();
    expect(tried).toEqual(['edit 1']);
    expect(bot.did).toEqual(['post 1 cloning']);
  });

  it('in an archived channel is edited no more before the end', async () => {
    const { bot, state, tried } = refusing();
    await stage.report(bot);
    const made = await stage.deployment();
    await until('post', () => bot.did.length === 1);
    state.refusal = refusal('channel', 'is_archived');
    await stage.moveTo(made, { phase: 'building' });
    await until('the refusal', () => tried.length === 1);
    for (const phase of ['pushing', 'rolling_out', 'watching'] as const) await stage.moveTo(made, { phase });
    await end(made);
    await finished();
    expect(tried).toEqual(['edit 1', 'edit 1']);
  });
});

describe('a notification', () => {
  async function routed() {
    const { database } = stage.db;
    const user = await makeUser(database);
    await linkIdentity(database, user, { platform: 'slack', workspace: 'T1', account: user.id });
    const application = await makeApplication(database, { name: `app-${user.id.slice(0, 8)}` });
    const em = database.asSystem();
    const route = em.create(NotificationRoute, {
      platform: 'slack',
      channel: 'C1',
      pattern: `*/${application.name}`,
      events: ['job-failed'],
      project: null,
      createdBy: em.getReference(User, user.id),
    });
    await em.flush();
    const happens = (reason: string, subject: string) =>
      database.asSystem().transactional((tx) =>
        notify(tx, {
          fact: { kind: 'job-failed', job: 'tidy', reason, scheduled: false },
          severity: 'danger',
          applicationId: application.id,
          subject,
        }),
      );
    return { account: user.id, route, happens };
  }

  async function deliver(bot: ReturnType<typeof recordingBot>, check: () => Promise<unknown>): Promise<void> {
    const leases = advisoryLeases(stage.db.url);
    const notifier = createNotifier(fakeDeps(stage.db.database, { leases }), [bot], {
      pollMs: 20,
      // What happens again is due half a minute later.
      now: () => new Date(Date.now() + 60_000),
    });
    await notifier.start();
    await check();
    await notifier.stop();
    await leases.close();
    await stage.db.database.asSystem().nativeDelete(NotificationRoute, {});
  }

  it('whose earlier message was deleted is posted anew, and keeps no later one back', async () => {
    const { happens } = await routed();
    const { bot, state } = refusing();
    await deliver(bot, async () => {
      await happens('first', 'a');
      await until('post', () => bot.did.length === 1);
      state.refusal = refusal('gone', 'message_not_found');
      await happens('again', 'a');
      await happens('another', 'b');
      await until('both', () => bot.did.length === 3);
    });
    expect(bot.did.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['post 1', 'post 2', 'post 3']);
  });

  it('that is refused for good is given up, and who made the route is told once', async () => {
    const { account, happens, route } = await routed();
    const told: string[] = [];
    const bot = recordingBot({
      async tell(to, { text = '' }) {
        told.push(`${to}: ${text}`);
      },
    });
    bot.refuse = () => {
      throw refusal('channel', 'is_archived');
    };
    await deliver(bot, async () => {
      await happens('first', 'a');
      await happens('second', 'b');
      const given = () => stage.db.database.asSystem().count(Notification, { route: route.id, endedAt: { $ne: null } });
      await until('both given up', async () => (await given()) === 2);
      await until('told', () => told.length > 0);
    });
    expect(told).toEqual([
      `${account}: Notifications about \`${route.pattern}\` cannot appear in the channel C1: is_archived. Mend it. ` +
        `Or remove them: \`notify remove ${route.id.slice(0, 8)}\`.`,
    ]);
  });
});
