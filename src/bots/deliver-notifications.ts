import { executeSql } from '../database/database.ts';
import { Notification } from '../entities/notification.ts';
import type { Deps } from '../usecases/deps.ts';
import { quietUntil } from '../usecases/notifications/quiet-hours.ts';
import type { Bot } from './bot.ts';
import type { Reply } from '../replies/reply.ts';
import { groupReply, notificationReply, summaryReply } from '../replies/notification-reply.ts';

export type DeliveryDeps = Pick<Deps, 'cipher' | 'config' | 'database' | 'leases' | 'logger'>;

/** What cannot be delivered for this long is given up, milliseconds. */
const giveUpMs = 24 * 3_600_000;
const firstRetryMs = 1_000;
const lastRetryMs = 5 * 60_000;

/** Taken at once from a channel; the rest comes with the next look. */
const batch = 1_000;

/** Delivers what waits on one platform: in the order of the events in each channel, by one replica at a time. */
export async function deliverNotifications(deps: DeliveryDeps, bot: Bot, now: Date): Promise<void> {
  const { rows } = await executeSql<{ channel: string }>(
    deps.database.asSystem(),
    `select distinct r.channel from notifications n join notification_routes r on r.id = n.route_id
     where r.platform = $1 and n.shown_count < n.count and n.ended_at is null`,
    [bot.platform],
  );
  await Promise.all(rows.map(({ channel }) => deliverTo(deps, bot, channel, now)));
}

async function deliverTo(deps: DeliveryDeps, bot: Bot, channel: string, now: Date): Promise<void> {
  const lease = await deps.leases.tryAcquire(`notifications:${bot.platform}:${channel}`);
  if (!lease) return;
  try {
    const delivered = new Set<string>();
    const queue = await waiting(deps, bot, channel);
    for (const notification of queue) {
      const { attempts, dueAt, id } = notification;
      if (delivered.has(String(id)) || quietNow(notification, now)) continue;
      // One that was refused keeps its place: what came later waits behind it.
      if (dueAt > now && attempts > 0) return;
      if (dueAt > now) continue;
      const rest = queue.filter(({ id: other }) => !delivered.has(String(other)));
      const all = (await heldWith(deps, notification)) ?? togetherWith(notification, rest, now);
      if (!(await deliver(deps, bot, channel, all, now))) return;
      for (const one of all) delivered.add(String(one.id));
    }
  } finally {
    await lease.release();
  }
}

function waiting({ database }: DeliveryDeps, { platform }: Bot, channel: string): Promise<Notification[]> {
  return database.asSystem().transactional(async (em) => {
    const ids = await executeSql<{ id: string }>(
      em,
      `select n.id from notifications n join notification_routes r on r.id = n.route_id
       where r.platform = $1 and r.channel = $2 and n.shown_count < n.count and n.ended_at is null
       order by n.id limit $3`,
      [platform, channel, batch],
    );
    const where = { id: ids.rows.map(({ id }) => Number(id)) };
    return em.find(Notification, where, { orderBy: { id: 'asc' }, populate: ['route', 'deployment'] });
  });
}

/** Those that the same quiet hours of the route held back; undefined of any other notification. */
async function heldWith({ database }: DeliveryDeps, notification: Notification): Promise<Notification[] | undefined> {
  const { route } = notification;
  const until = heldUntil(notification);
  if (!until) return undefined;
  const em = database.asSystem();
  const others = await em.find(
    Notification,
    { route, shownCount: 0, endedAt: null, severity: { $ne: 'danger' }, createdAt: { $lt: until } },
    { orderBy: { id: 'asc' }, populate: ['route', 'deployment'] },
  );
  return others.filter((other) => heldUntil(other)?.getTime() === until.getTime());
}

/** So many of one kind that one transaction wrote are one message: a node that is lost takes many applications along. */
const manyAtOnce = 3;

function togetherWith(notification: Notification, waiting: Notification[], now: Date): Notification[] {
  const { createdAt, event, route } = notification;
  const same = waiting.filter(
    (one) =>
      one.route.id === route.id &&
      one.event === event &&
      one.createdAt.getTime() === createdAt.getTime() &&
      isPlain(one) &&
      one.dueAt <= now &&
      !quietNow(one, now),
  );
  return isPlain(notification) && same.length >= manyAtOnce ? same : [notification];
}

/** A new message, worded from its own fact alone. */
function isPlain({ deployment, event, message }: Notification): boolean {
  return !deployment && event !== 'digest' && (message === null || message === undefined);
}

function quietNow({ route, severity }: Notification, now: Date): Date | undefined {
  return severity === 'danger' ? undefined : quietUntil(route, now);
}

function heldUntil({ createdAt, route, severity, shownCount }: Notification): Date | undefined {
  return severity === 'danger' || shownCount > 0 ? undefined : quietUntil(route, createdAt);
}

/** @returns whether it was delivered, or given up. */
async function deliver(
  deps: DeliveryDeps,
  bot: Bot,
  channel: string,
  all: Notification[],
  now: Date,
): Promise<boolean> {
  const [first] = all;
  if (!first) return true;
  try {
    const reply = await replyOf(deps, all, first);
    const message = reply && (await show(bot, channel, first.message, reply));
    // Each of several that share one message gets its own when it changes.
    await store(deps, all, { message: all.length > 1 ? null : (message ?? null) });
    return true;
  } catch (error) {
    const late = now.getTime() - first.createdAt.getTime() > giveUpMs;
    const context = { err: error, platform: bot.platform, channel, notification: String(first.id) };
    deps.logger.warn(context, late ? 'notification given up' : 'notification not delivered yet');
    const wait = Math.min(lastRetryMs, firstRetryMs * 2 ** first.attempts);
    await deps.database
      .asSystem()
      .nativeUpdate(
        Notification,
        { id: all.map(({ id }) => id) },
        late ? { endedAt: now } : { attempts: first.attempts + 1, dueAt: new Date(now.getTime() + wait) },
      );
    return late;
  }
}

async function replyOf(deps: DeliveryDeps, all: Notification[], first: Notification): Promise<Reply | undefined> {
  if (all.length === 1) return notificationReply(deps, first);
  return heldUntil(first) ? summaryReply(deps, all, first.route.zone) : groupReply(deps, all);
}

async function show(
  bot: Bot,
  channel: string,
  message: string | null | undefined,
  reply: Parameters<Bot['post']>[1],
): Promise<string> {
  if (message === null || message === undefined) return (await bot.post(channel, reply)).message;
  await bot.edit({ channel, message }, reply);
  return message;
}

/** Right after delivery: a crash between the two delivers it once more. */
async function store({ database }: DeliveryDeps, all: Notification[], change: { message: string | null }) {
  await database.asSystem().transactional(async (em) => {
    for (const { id, count } of all)
      await em.nativeUpdate(Notification, { id }, { ...change, shownCount: count, attempts: 0 });
  });
}
