import { isDeepStrictEqual } from 'node:util';
import { ChatMessage } from '../entities/chat-message.ts';
import { isFinished } from '../entities/deployment.ts';
import type { Reply } from '../handlers/reply.ts';
import { deploymentChannel } from '../usecases/deployment-state.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Bot } from './bot.ts';
import { coalesce, type Coalesced } from './coalesce.ts';
import { deploymentReply } from './deployment-reply.ts';
import { readDeploymentView } from './deployment-view.ts';

/** NOTIFY is only a hint: unfinished messages are looked at this often whatever happens, milliseconds. */
const pollMs = 3_000;

export interface Reporter {
  start(): Promise<void>;
  /** Lets edits that are under way end. */
  stop(): Promise<void>;
}

/** Keeps one message per deployment and place as the rows say, until it shows how the deployment ended. */
export function createReporter(deps: Pick<Deps, 'config' | 'database' | 'leases' | 'logger'>, bots: Bot[]): Reporter {
  const drawings = new Map<string, Coalesced>();
  const shown = new Map<string, Reply>();
  let stopListening: (() => Promise<void>) | undefined;
  let poll: NodeJS.Timeout | undefined;

  function touch(deploymentId: string): void {
    for (const bot of bots) {
      const key = `${bot.platform}/${deploymentId}`;
      const drawing =
        drawings.get(key) ??
        coalesce(
          () => draw(bot, deploymentId),
          bot.editIntervalMs,
          (error) => {
            deps.logger.warn({ err: error, deploymentId, platform: bot.platform }, 'message not up to date yet');
          },
        );
      drawings.set(key, drawing);
      drawing.request();
    }
  }

  /** Draws every unfinished message of the deployment on the bot's platform. */
  async function draw(bot: Bot, deploymentId: string): Promise<void> {
    const where = { deployment: deploymentId, platform: bot.platform, finishedAt: null };
    const messages = await deps.database.asSystem().find(ChatMessage, where);
    if (messages.length === 0) return forget(bot, deploymentId);
    const lease = bot.local ? undefined : await deps.leases.tryAcquire(`messages:${bot.platform}:${deploymentId}`);
    if (!bot.local && !lease) return;
    try {
      const view = await readDeploymentView(deps, deploymentId);
      if (!view) return forget(bot, deploymentId);
      for (const message of messages) await show(bot, message, deploymentReply(view), isFinished(view.deployment));
    } finally {
      await lease?.release();
    }
  }

  async function show(bot: Bot, message: ChatMessage, reply: Reply, finished: boolean): Promise<void> {
    const place = message.message ? { channel: message.channel, message: message.message } : undefined;
    if (!place) {
      const posted = await bot.post(message.channel, reply);
      await deps.database.asSystem().nativeUpdate(ChatMessage, { id: message.id }, { message: posted.message });
    } else if (!isDeepStrictEqual(shown.get(message.id), reply)) {
      await bot.edit(place, reply);
    }
    shown.set(message.id, reply);
    if (!finished) return;
    await deps.database.asSystem().nativeUpdate(ChatMessage, { id: message.id }, { finishedAt: new Date() });
    shown.delete(message.id);
  }

  function forget(bot: Bot, deploymentId: string): void {
    drawings.delete(`${bot.platform}/${deploymentId}`);
  }

  async function touchUnfinished(): Promise<void> {
    const platforms = bots.map(({ platform }) => platform);
    const where = { platform: { $in: platforms }, finishedAt: null };
    const messages = await deps.database.asSystem().find(ChatMessage, where, { limit: 1_000 });
    for (const id of new Set(messages.map(({ deployment }) => deployment.id))) touch(id);
  }

  return {
    async start() {
      stopListening = await deps.database.listen(deploymentChannel, touch);
      await touchUnfinished();
      poll = setInterval(() => {
        touchUnfinished().catch((error: unknown) => deps.logger.warn({ err: error }, 'could not look for messages'));
      }, pollMs);
    },
    async stop() {
      clearInterval(poll);
      await stopListening?.();
      await Promise.all([...drawings.values()].map((drawing) => drawing.stop()));
    },
  };
}
