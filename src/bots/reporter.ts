import { ChatMessage } from '../entities/chat-message.ts';
import { createSerialQueue } from '../serial-queue.ts';
import { deploymentChannel } from '../usecases/deployments/deployment-state.ts';
import type { Bot } from './bot.ts';
import { coalesce, type Coalesced } from './coalesce.ts';
import { createLiveMessages, type LiveMessages, type LiveMessageDeps } from './live-messages.ts';

export interface Reporter {
  start(): Promise<void>;
  /** Lets edits that are under way end; those that wait for their turn are left to the next start. */
  stop(): Promise<void>;
}

export interface ReporterOptions {
  /** NOTIFY is only a hint: unfinished messages are looked at this often whatever happens, milliseconds (default 3 000). */
  pollMs?: number;
}

interface Running {
  messages: LiveMessages;
  runs: Coalesced;
  /** Nothing is left to draw. */
  done: boolean;
}

/** Keeps one message per deployment and channel as the rows say, until it shows how the deployment ended. */
export function createReporter(deps: LiveMessageDeps, bots: Bot[], { pollMs = 3_000 }: ReporterOptions = {}): Reporter {
  const running = new Map<string, Running>();
  const stopping = new AbortController();
  let stopListening: (() => Promise<void>) | undefined;
  let poll: NodeJS.Timeout | undefined;
  const looks = createSerialQueue();

  function touch(deploymentId: string): void {
    for (const bot of bots) {
      const key = `${bot.platform}/${deploymentId}`;
      const known = running.get(key) ?? start(bot, deploymentId);
      running.set(key, known);
      known.runs.request();
    }
  }

  function start(bot: Bot, deploymentId: string): Running {
    const messages = createLiveMessages(deps, bot, deploymentId, stopping.signal);
    const draw = async () => {
      started.done = false;
      started.done = await messages.draw();
    };
    const runs = coalesce(draw, bot.editIntervalMs, (error) => {
      if (stopping.signal.aborted) return;
      deps.logger.warn({ err: error, deploymentId, platform: bot.platform }, 'message not up to date yet');
    });
    const started: Running = { messages, runs, done: false };
    return started;
  }

  async function end(key: string, { messages, runs }: Running): Promise<void> {
    await runs.stop();
    await messages.release();
    running.delete(key);
  }

  /** Forgets what has ended, and looks at whatever has not. */
  async function look(): Promise<void> {
    for (const [key, one] of running) {
      if (one.done) await end(key, one);
      else one.runs.request();
    }
    const where = { platform: { $in: bots.map(({ platform }) => platform) }, finishedAt: null };
    const newest = { limit: 1_000, orderBy: { createdAt: 'desc' } } as const;
    const messages = await deps.database.asSystem().find(ChatMessage, where, newest);
    for (const id of new Set(messages.map(({ deployment }) => deployment.id))) touch(id);
  }

  return {
    async start() {
      stopListening = await deps.database.listen(deploymentChannel, touch);
      await look();
      poll = setInterval(() => {
        looks.run(look).catch((error: unknown) => {
          deps.logger.warn({ err: error }, 'could not look for messages');
        });
      }, pollMs);
    },
    async stop() {
      clearInterval(poll);
      stopping.abort(new Error('Shipmate stops'));
      await stopListening?.();
      await looks.idle();
      await Promise.all([...running].map(([key, one]) => end(key, one)));
    },
  };
}
