import { ScheduledDeployment } from '../entities/scheduled-deployment.ts';
import { refusedScheduleReply } from '../replies/scheduled-replies.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Bot } from './bot.ts';
import { RefusedError } from './refused.ts';

/** Told at once; the rest comes with the next look. */
const batch = 100;
/** What cannot be told for this long is given up, milliseconds. */
const giveUpMs = 24 * 3_600_000;

/** Says in their channels which scheduled deployments did not start, by one replica at a time. */
export async function tellRefusedSchedules(
  { database, leases, logger }: Pick<Deps, 'database' | 'leases' | 'logger'>,
  bot: Bot,
  now: Date,
): Promise<void> {
  const untold = { platform: bot.platform, outcome: 'refused', toldAt: null } as const;
  const em = database.asSystem();
  if ((await em.count(ScheduledDeployment, untold)) === 0) return;
  const lease = await leases.tryAcquire(`schedules:${bot.platform}`);
  if (!lease) return;
  try {
    const options = { populate: ['application.project'], orderBy: { endedAt: 'asc' }, limit: batch } as const;
    for (const one of await em.find(ScheduledDeployment, untold, options)) {
      try {
        await bot.post(one.channel, refusedScheduleReply(one), `schedule-${one.id}`);
      } catch (error) {
        const late = one.endedAt instanceof Date && now.getTime() - one.endedAt.getTime() > giveUpMs;
        logger.warn({ err: error, platform: bot.platform, scheduled: one.id }, 'refused schedule not told');
        if (!(error instanceof RefusedError) && !late) continue;
      }
      await em.nativeUpdate(ScheduledDeployment, { id: one.id }, { toldAt: now });
    }
  } finally {
    await lease.release();
  }
}
