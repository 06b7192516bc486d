import { Notification } from '../entities/notification.ts';
import { Restore, type RestoreCall } from '../entities/restore.ts';
import { refusedMessageReply } from '../replies/refused-message-reply.ts';
import { restoreCall, restoreReminder, waitingFact } from '../replies/restore-call.ts';
import { readRestoreCall, type RestoreCallView } from '../usecases/backups/read-restore-call.ts';
import type { Deps } from '../usecases/deps.ts';
import { ifFree } from '../usecases/wait-for-lease.ts';
import type { Bot } from './bot.ts';
import { isLost, RefusedError } from './refused.ts';
import { tellUser } from './tell-user.ts';

type CallDeps = Pick<Deps, 'database' | 'leases' | 'logger'>;

/** Looked at together; the rest comes with the next look. */
const batch = 100;

/**
 * Keeps the messages that call for the approval of restores, in the channels where they were asked for: those who may
 * approve are mentioned, reminded under it, and the buttons are taken off once it is decided. By one replica at a time.
 */
export async function callForRestores(deps: CallDeps, bot: Bot): Promise<void> {
  const em = deps.database.asSystem();
  const open = {
    platform: bot.platform,
    channel: { $ne: null },
    $or: [{ called: null }, { called: { $ne: 'ended' as const } }],
  };
  if (bot.local || (await em.count(Restore, open)) === 0) return;
  await ifFree(deps, `restores:${bot.platform}`, async () => {
    for (const row of await em.find(Restore, open, { orderBy: { createdAt: 'asc' }, limit: batch }))
      await bringUpToDate(deps, bot, row);
  });
}

async function bringUpToDate(deps: CallDeps, bot: Bot, row: Restore): Promise<void> {
  const due = dueCall(row);
  const channel = row.channel ?? '';
  if (due === undefined) return;
  try {
    const view = (await isCalledElsewhere(deps, bot, row))
      ? undefined
      : await readRestoreCall(deps, row.id, { platform: bot.platform, channel });
    const message = view && (await say(bot, view, due));
    await store(deps, row, { called: due, ...(message !== undefined && { message }) });
  } catch (error) {
    deps.logger.warn({ err: error, platform: bot.platform, restore: row.id }, 'restore not called for');
    if (!(error instanceof RefusedError)) return;
    await store(deps, row, { called: due });
    if (due === 'asked') await tellRefusal(deps, bot, row, error);
  }
}

/** A notification route of this platform asks for approvals itself. */
async function isCalledElsewhere(
  { database }: CallDeps,
  { platform }: Bot,
  { id, message }: Restore,
): Promise<boolean> {
  const asked = { subject: id, event: 'approval', route: { platform } } as const;
  return !message && (await database.asSystem().count(Notification, asked)) > 0;
}

function dueCall({ called, remindedAt, status }: Restore): RestoreCall | undefined {
  if (status !== 'waiting') return 'ended';
  if (!called) return 'asked';
  return called === 'asked' && remindedAt ? 'reminded' : undefined;
}

/** @returns the id of the message, when it is a new one. */
async function say(bot: Bot, { approvers, restore }: RestoreCallView, due: RestoreCall): Promise<string | undefined> {
  const channel = restore.channel ?? '';
  const { message } = restore;
  if (due === 'asked') {
    const reply = restoreCall(waitingFact(restore), { approvers, restore });
    return (await bot.post(channel, reply, `restore-${restore.id}`)).message;
  }
  // What was never asked there is not answered there.
  if (!message) return undefined;
  const key = `restore-${restore.id}-${due}`;
  if (due === 'reminded') {
    const reply = restoreReminder(restore, approvers);
    if (bot.postUnder) await bot.postUnder({ channel, message }, reply, key);
    else await bot.post(channel, reply, key);
    return undefined;
  }
  try {
    await bot.edit({ channel, message }, restoreCall(waitingFact(restore), { approvers: undefined, restore }));
  } catch (error) {
    if (!isLost(error)) throw error;
  }
  return undefined;
}

async function store(
  { database }: CallDeps,
  { id }: Restore,
  change: { called: RestoreCall; message?: string },
): Promise<void> {
  await database.asSystem().nativeUpdate(Restore, { id }, change);
}

async function tellRefusal(
  deps: CallDeps,
  bot: Bot,
  row: Restore,
  { message: why, step }: RefusedError,
): Promise<void> {
  const refused = { what: 'The call for the approval of your restore', channel: row.channel ?? '', why, step };
  await tellUser(deps, bot, row.requestedBy, refusedMessageReply(refused));
}
