import { endedWorkReply } from '../replies/ended-work-reply.ts';
import { type EndedWork, markTold, readEndedWork } from '../usecases/backups/ended-work.ts';
import type { Deps } from '../usecases/deps.ts';
import { ifFree } from '../usecases/wait-for-lease.ts';
import type { Bot } from './bot.ts';
import { RefusedError } from './refused.ts';

/** What cannot be told for this long is given up, milliseconds. */
const giveUpMs = 24 * 3_600_000;

/** Tells people, where they asked, how their backups, restores and drills ended, by one replica at a time. */
export async function tellEndedWork(
  deps: Pick<Deps, 'database' | 'leases' | 'logger'>,
  bot: Bot,
  now: Date,
): Promise<void> {
  if ((await readEndedWork(deps, bot.platform)).length === 0) return;
  await ifFree(deps, `ended-work:${bot.platform}`, async () => {
    for (const work of await readEndedWork(deps, bot.platform)) {
      if (!work.heard && !(await isTold(deps, bot, work, now))) continue;
      await markTold(deps, work);
    }
  });
}

/** @returns false when it is to be tried again. */
async function isTold({ logger }: Pick<Deps, 'logger'>, bot: Bot, work: EndedWork, now: Date): Promise<boolean> {
  const { asked, id, key } = work;
  const reply = endedWorkReply(work);
  try {
    await bot.post(asked.channel, reply, `${key}-${id}`);
    return true;
  } catch (error) {
    logger.warn({ err: error, platform: bot.platform, work: id }, 'the end of database work not told');
    if (!(error instanceof RefusedError)) return now.getTime() - Date.parse(asked.at) > giveUpMs;
  }
  try {
    // Where the bot may not write in the channel, the person alone is told.
    await bot.tell?.(asked.account, reply);
  } catch (error) {
    logger.warn({ err: error, platform: bot.platform, work: id }, 'the end of database work not told in private');
  }
  return true;
}
