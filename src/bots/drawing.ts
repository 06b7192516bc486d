import { isDeepStrictEqual } from 'node:util';
import type { Lease } from '../database/lease.ts';
import { ChatMessage } from '../entities/chat-message.ts';
import { type Deployment, isFinished } from '../entities/deployment.ts';
import type { Reply } from '../handlers/reply.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Bot } from './bot.ts';
import { deploymentReply } from '../handlers/deployment-reply.ts';
import { readDeploymentView } from '../handlers/deployment-view.ts';

/** A message that cannot be edited this long after its deployment has ended is given up, milliseconds. */
const giveUpMs = 60 * 60_000;

export type DrawingDeps = Pick<Deps, 'cipher' | 'config' | 'database' | 'leases' | 'logger'>;

export interface Drawing {
  /**
   * Makes every message of the deployment show where it stands. Resolves to true when there is nothing left to do.
   * @throws {AggregateError} when the platform refused some of them; the others are up to date.
   */
  draw(): Promise<boolean>;
  /** Lets other replicas draw. */
  release(): Promise<void>;
}

/**
 * The messages of one deployment on one platform. The replica that draws first goes on drawing: it holds a
 * lease until the deployment has ended or the process has. A local bot's messages are its own, so it needs none.
 */
export function createDrawing(deps: DrawingDeps, bot: Bot, deploymentId: string): Drawing {
  const { database, leases, logger } = deps;
  const shown = new Map<string, { message: string; reply: Reply }>();
  let lease: Lease | undefined;

  async function claim(): Promise<boolean> {
    if (bot.local) return true;
    if (lease && !lease.lost.aborted) return true;
    // Somebody else may have drawn since.
    shown.clear();
    lease = await leases.tryAcquire(`messages:${bot.platform}:${deploymentId}`);
    return lease !== undefined;
  }

  /** Those that do not show the end yet; beside them what this console shows and another one has finished. */
  function findMessages(): Promise<ChatMessage[]> {
    const unfinished = bot.local ? { $or: [{ finishedAt: null }, { id: [...shown.keys()] }] } : { finishedAt: null };
    return database.asSystem().find(ChatMessage, { deployment: deploymentId, platform: bot.platform, ...unfinished });
  }

  async function show(row: ChatMessage, reply: Reply): Promise<void> {
    const known = shown.get(row.id);
    const message = row.message ?? known?.message;
    if (message === undefined) {
      const posted = await bot.post(row.channel, reply);
      shown.set(row.id, { message: posted.message, reply });
    } else if (!isDeepStrictEqual(known?.reply, reply)) {
      await bot.edit({ channel: row.channel, message }, reply);
      shown.set(row.id, { message, reply });
    }
    const place = shown.get(row.id)?.message;
    if (row.message === null && place !== undefined) await store(row, { message: place });
  }

  async function store({ id }: ChatMessage, change: Pick<Partial<ChatMessage>, 'message' | 'finishedAt'>) {
    await database.asSystem().nativeUpdate(ChatMessage, { id }, change);
  }

  async function showAll(messages: ChatMessage[], reply: Reply, deployment: Deployment): Promise<unknown[]> {
    const finished = isFinished(deployment);
    const errors: unknown[] = [];
    for (const message of messages) {
      try {
        await show(message, reply);
      } catch (error) {
        if (!isTooLate(deployment)) {
          errors.push(error);
          continue;
        }
        logger.warn({ err: error, deploymentId, platform: bot.platform }, 'message given up');
      }
      if (finished) await store(message, { finishedAt: new Date() });
    }
    return errors;
  }

  return {
    async draw() {
      const messages = await findMessages();
      if (messages.length === 0) return true;
      if (!(await claim())) return false;
      const view = await readDeploymentView(deps, deploymentId);
      if (!view) return true;
      const errors = await showAll(messages, deploymentReply(view), view.deployment);
      if (errors.length > 0) throw new AggregateError(errors, `${errors.length} messages are not up to date`);
      return isFinished(view.deployment);
    },
    async release() {
      await lease?.release();
      lease = undefined;
    },
  };
}

function isTooLate({ completedAt }: Deployment): boolean {
  return completedAt instanceof Date && Date.now() - completedAt.getTime() > giveUpMs;
}
