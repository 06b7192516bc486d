import { createSerialQueue } from '../serial-queue.ts';
import { deploymentChannel } from '../usecases/deployments/deployment-state.ts';
import type { Bot } from './bot.ts';
import { coalesce, type Coalesced } from './coalesce.ts';
import { findUnfinished } from './live-message-versions.ts';
import { createLiveMessages, type Drawn, type LiveMessages, type LiveMessageDeps } from './live-messages.ts';

export interface Reporter {
  start(): Promise<void>;
  /** Lets edits that are under way end; those that wait for their turn are left to the next start. */
  stop(): Promise<void>;
}

export interface ReporterOptions {
  /** NOTIFY is only a hint: unfinished messages are looked at this often whatever happens, milliseconds (default 3 000). */
  pollMs?: number;
}

/** Changes within this time are looked at together, milliseconds: a build that prints changes several times a second. */
const gatherMs = 250;

interface Running {
  messages: LiveMessages;
  runs: Coalesced;
  /** Of what was asked to be drawn last. */
  version: string;
  drawn: Drawn;
}

/** Keeps one message per deployment and channel as the rows say, until it shows how the deployment ended. */
export function createReporter(deps: LiveMessageDeps, bots: Bot[], { pollMs = 3_000 }: ReporterOptions = {}): Reporter {
  const running = new Map<string, Running>();
  const byPlatform = new Map(bots.map((bot) => [bot.platform, bot]));
  const stopping = new AbortController();
  let stopListening: (() => Promise<void>) | undefined;
  let poll: NodeJS.Timeout | undefined;
  const looks = createSerialQueue();

  const touched = new Set<string>();
  const gathered = coalesce(
    () => {
      const ids = [...touched];
      touched.clear();
      return looks.run(() => look(ids));
    },
    gatherMs,
    (error) => deps.logger.warn({ err: error }, 'could not look for messages'),
  );

  function touch(deploymentId: string): void {
    touched.add(deploymentId);
    gathered.request();
  }

  function start(bot: Bot, deploymentId: string): Running {
    const messages = createLiveMessages(deps, bot, deploymentId, stopping.signal);
    const draw = async () => {
      started.drawn = 'current';
      started.drawn = await messages.draw();
    };
    const runs = coalesce(draw, bot.editIntervalMs, (error) => {
      if (stopping.signal.aborted) return;
      deps.logger.warn({ err: error, deploymentId, platform: bot.platform }, 'message not up to date yet');
    });
    const started: Running = { messages, runs, version: '', drawn: 'current' };
    return started;
  }

  async function end(key: string, { messages, runs }: Running): Promise<void> {
    await runs.stop();
    await messages.release();
    running.delete(key);
  }

  /**
   * Draws messages that show something else than what changed, in one statement for all deployments: most changes are
   * log lines, which no message shows. @param ids Those that may have changed; all when undefined.
   */
  async function look(ids?: string[]): Promise<void> {
    const found = await findUnfinished(deps, [...byPlatform.keys()], ids);
    const unfinished = new Set<string>();
    for (const { deploymentId, platform, version } of found) {
      const key = `${platform}/${deploymentId}`;
      unfinished.add(key);
      const bot = byPlatform.get(platform);
      const known = running.get(key) ?? (bot && start(bot, deploymentId));
      if (!known) continue;
      running.set(key, known);
      if (known.version !== version) known.runs.request();
      known.version = version;
    }
    // The last of a deployment's messages may have been finished by somebody else: each console shows its own.
    for (const [key, one] of running) {
      const asked = ids?.some((id) => key.endsWith(id)) ?? true;
      if (asked && one.drawn !== 'done' && !unfinished.has(key)) one.runs.request();
    }
  }

  /** NOTIFY is only a hint. Forgets what has ended, and draws again what could not be brought up to date. */
  async function lookAtAll(): Promise<void> {
    for (const [key, one] of running) {
      if (one.drawn === 'done') await end(key, one);
      else if (one.drawn === 'behind') one.runs.request();
    }
    await look();
  }

  return {
    async start() {
      stopListening = await deps.database.listen(deploymentChannel, touch);
      await lookAtAll();
      poll = setInterval(() => {
        looks.run(lookAtAll).catch((error: unknown) => {
          deps.logger.warn({ err: error }, 'could not look for messages');
        });
      }, pollMs);
    },
    async stop() {
      clearInterval(poll);
      stopping.abort(new Error('Shipmate stops'));
      await stopListening?.();
      await gathered.stop();
      await looks.idle();
      await Promise.all([...running].map(([key, one]) => end(key, one)));
    },
  };
}
