import { databaseNow } from '../database/database.ts';
import { notificationChannel } from '../usecases/notify.ts';
import type { Bot } from './bot.ts';
import { callForAssistants } from './call-for-assistants.ts';
import { callForRestores } from './call-for-restores.ts';
import { coalesce } from './coalesce.ts';
import { tellEndedWork } from './tell-ended-work.ts';
import { tellRefusedSchedules } from './tell-refused-schedules.ts';
import { deliverNotifications, type DeliveryDeps, type Unstored } from './deliver-notifications.ts';

export interface Notifier {
  start(): Promise<void>;
  /** Lets deliveries that are under way end. */
  stop(): Promise<void>;
}

export interface NotifierOptions {
  /** NOTIFY is only a hint: what waits is looked for this often whatever happens, milliseconds (default 5 000). */
  pollMs?: number;
  /** The clock of quiet hours and retries (default: PostgreSQL's, which says when a notification is due). */
  now?: () => Date | Promise<Date>;
}

/** Delivers notifications to channels. Platforms do not wait for each other. */
export function createNotifier(
  deps: DeliveryDeps,
  bots: readonly Bot[],
  { pollMs = 5_000, now = () => databaseNow(deps.database) }: NotifierOptions = {},
): Notifier {
  const platforms = bots.map((bot) => {
    const unstored: Unstored = new Map();
    return coalesce(
      async () => {
        await deliverNotifications(deps, bot, await now(), unstored);
        await tellRefusedSchedules(deps, bot, await now());
        await callForRestores(deps, bot);
        await callForAssistants(deps, bot, await now());
        await tellEndedWork(deps, bot, await now());
      },
      0,
      (error) => deps.logger.warn({ err: error, platform: bot.platform }, 'could not look for notifications'),
    );
  });
  const look = () => platforms.forEach((platform) => platform.request());
  let stopListening: (() => Promise<void>) | undefined;
  let poll: NodeJS.Timeout | undefined;

  return {
    async start() {
      stopListening = await deps.database.listen(notificationChannel, look);
      look();
      poll = setInterval(look, pollMs);
    },
    async stop() {
      clearInterval(poll);
      await stopListening?.();
      await Promise.all(platforms.map((platform) => platform.stop()));
    },
  };
}
