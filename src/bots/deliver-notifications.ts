import { executeSql, isDatabaseAway } from '../database/database.ts';
import { Notification } from '../entities/notification.ts';
import type { Deps } from '../usecases/deps.ts';
import { approvableOf, whoMayApprove } from '../usecases/deployments/who-may-approve.ts';
import { quietUntil } from '../usecases/notifications/quiet-hours.ts';
import type { Bot } from './bot.ts';
import { isLost, RefusedError } from './refused.ts';
import { readRestoreCall } from '../usecases/backups/read-restore-call.ts';
import { restoreCall, restoreOf } from '../replies/restore-call.ts';
import { refusedRouteReply } from '../replies/refused-message-reply.ts';
import { tellUser } from './tell-user.ts';
import type { Reply } from '../replies/reply.ts';
import { groupReply, notificationReply, summaryReply } from '../replies/notification-reply.ts';

export type DeliveryDeps = Pick<Deps, 'cipher' | 'config' | 'database' | 'leases' | 'logger'>;

/** What cannot be delivered for this long is given up, milliseconds. */
const giveUpMs = 24 * 3_600_000;
/** Who made a route is told of its refusals this often, milliseconds. */
const tellAgainMs = 24 * 3_600_000;
const firstRetryMs = 1_000;
const lastRetryMs = 5 * 60_000;

/** Taken at once from a channel; the rest comes with the next look. */
const batch = 1_000;
/** Read in one turn of the event loop. */
const slice = 100;

/** What a channel was sent and PostgreSQL, which was away, does not know yet: at most one delivery for each channel. */
export type Unstored = Map<string, Delivered>;

interface Delivered {
  all: Notification[];
  message: string | null;
}

/** Delivers what waits on one platform: in the order of the events in each channel, by one replica at a time. */
export async function deliverNotifications(deps: DeliveryDeps, bot: Bot, now: Date, unstored: Unstored): Promise<void> {
  const { rows } = await executeSql<{ channel: string }>(
    deps.database.asSystem(),
    `select distinct r.channel from notifications n join notification_routes r on r.id = n.route_id
     where r.platform = $1 and n.shown_count < n.count and n.ended_at is null`,
    [bot.platform],
  );
  await Promise.all(rows.map(({ channel }) => deliverTo(deps, bot, channel, now, unstored)));
}

async function deliverTo(deps: DeliveryDeps, bot: Bot, channel: string, now: Date, unstored: Unstored): Promise<void> {
  const lease = await deps.leases.tryAcquire(`notifications:${bot.platform}:${channel}`);
  if (!lease) return;
  try {
    await storeLeft(deps, unstored, channel);
    const delivered = new Set<number>();
    const queue = await waiting(deps, bot, channel);
    const alike = Map.groupBy(queue, occasionOf);
    for (const notification of queue) {
      const { attempts, dueAt, id } = notification;
      if (delivered.has(id) || quietNow(notification, now)) continue;
      // One that was refused keeps its place: what came later waits behind it.
      if (dueAt > now && attempts > 0) return;
      if (dueAt > now) continue;
      const all = (await heldWith(deps, notification)) ?? togetherWith(notification, alike, delivered, now);
      if (!(await deliver(deps, bot, channel, all, now, unstored))) return;
      for (const one of all) delivered.add(one.id);
    }
  } finally {
    await lease.release();
  }
}

async function waiting({ database }: DeliveryDeps, { platform }: Bot, channel: string): Promise<Notification[]> {
  return database.asSystem().transactional(async (em) => {
    const { rows } = await executeSql<{ id: string }>(
      em,
      `select n.id from notifications n join notification_routes r on r.id = n.route_id
       where r.platform = $1 and r.channel = $2 and n.shown_count < n.count and n.ended_at is null
       order by n.id limit $3`,
      [platform, channel, batch],
    );
    const found: Notification[] = [];
    for (let from = 0; from < rows.length; from += slice) {
      const where = { id: rows.slice(from, from + slice).map(({ id }) => Number(id)) };
      found.push(
        ...(await em.find(Notification, where, { orderBy: { id: 'asc' }, populate: ['route', 'deployment'] })),
      );
    }
    return found;
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

function togetherWith(
  notification: Notification,
  alike: ReadonlyMap<string, Notification[]>,
  delivered: ReadonlySet<number>,
  now: Date,
): Notification[] {
  if (!isPlain(notification)) return [notification];
  const same = (alike.get(occasionOf(notification)) ?? []).filter(
    (one) => !delivered.has(one.id) && isPlain(one) && one.dueAt <= now && !quietNow(one, now),
  );
  return same.length >= manyAtOnce ? same : [notification];
}

/** The same for what one transaction wrote of one kind for one route. */
function occasionOf({ createdAt, event, route }: Notification): string {
  return `${route.id} ${event} ${createdAt.getTime()}`;
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
  unstored: Unstored,
): Promise<boolean> {
  const [first] = all;
  if (!first) return true;
  try {
    const reply = await replyOf(deps, all, first, { platform: bot.platform, channel });
    const message = reply && (await show(bot, channel, first, reply));
    // Each of several that share one message gets its own when it changes.
    unstored.set(channel, { all, message: all.length > 1 ? null : (message ?? null) });
  } catch (error) {
    if (error instanceof RefusedError) return giveUp(deps, bot, { channel, now, error }, all);
    return putOff(deps, { platform: bot.platform, channel }, all, now, error);
  }
  await storeLeft(deps, unstored, channel);
  return true;
}

/** A refusal for good holds nothing back: what comes later is tried, and who made the route learns why, once a day. */
async function giveUp(
  deps: DeliveryDeps,
  bot: Bot,
  { channel, error, now }: { channel: string; error: RefusedError; now: Date },
  all: Notification[],
): Promise<boolean> {
  const [first] = all;
  const ids = all.map(({ id }) => id);
  deps.logger.warn(
    { err: error, platform: bot.platform, channel, notifications: ids },
    'notification refused for good',
  );
  const { database } = deps;
  const earlier = first && { route: first.route, endedAt: { $gt: new Date(now.getTime() - tellAgainMs) } };
  const told = earlier && (await database.asSystem().count(Notification, earlier)) > 0;
  await database.asSystem().nativeUpdate(Notification, { id: ids }, { endedAt: now });
  if (first && !told) {
    const { message: why, step } = error;
    await tellUser(deps, bot, first.route.createdBy, refusedRouteReply(first.route, { channel, why, step }));
  }
  return true;
}

/** @returns whether it is given up. */
async function putOff(
  deps: DeliveryDeps,
  where: { platform: string; channel: string },
  all: Notification[],
  now: Date,
  error: unknown,
): Promise<boolean> {
  const [first] = all;
  if (!first) return true;
  const late = now.getTime() - first.createdAt.getTime() > giveUpMs;
  const context = { err: error, ...where, notification: String(first.id) };
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

async function replyOf(
  deps: DeliveryDeps,
  all: Notification[],
  first: Notification,
  where: { platform: Bot['platform']; channel: string },
): Promise<Reply | undefined> {
  if (all.length === 1) {
    const restore = restoreOf(first);
    if (restore) return restoreCall(restore, await readRestoreCall(deps, restore.restore, where));
    const { deployment, event } = first;
    const wanted = event === 'approval' && deployment ? approvableOf(deployment) : undefined;
    return notificationReply(deps, first, wanted && (await whoMayApprove(deps, wanted, where)));
  }
  return heldUntil(first) ? summaryReply(deps, all, first.route.zone) : groupReply(deps, all);
}

async function show(
  bot: Bot,
  channel: string,
  { id, message, shownCount }: Notification,
  reply: Reply,
): Promise<string> {
  // One that was told with others gets a message of its own when it changes.
  const key = `notification-${id}-${shownCount}`;
  if (message === null || message === undefined) return (await bot.post(channel, reply, key)).message;
  try {
    await bot.edit({ channel, message }, reply);
    return message;
  } catch (error) {
    if (!isLost(error)) throw error;
    return (await bot.post(channel, reply, `${key}-${message}`)).message;
  }
}

/**
 * Right after delivery, and again before the next one while PostgreSQL is away. Only a crash in between delivers it once
 * more.
 */
async function storeLeft(deps: DeliveryDeps, unstored: Unstored, channel: string): Promise<void> {
  const left = unstored.get(channel);
  if (!left) return;
  const { all, message } = left;
  try {
    await deps.database.querySystem(
      `update notifications n set message = $3, shown_count = shown.count, attempts = 0
       from unnest($1::bigint[], $2::int[]) as shown(id, count) where n.id = shown.id`,
      [all.map(({ id }) => id), all.map(({ count }) => count), message],
    );
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    // The channel does not wait for ever for what cannot be stored.
    deps.logger.error({ err: error, channel }, 'a delivery could not be stored');
  }
  unstored.delete(channel);
}
