import { databaseNow } from '../database/database.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Lease } from '../database/lease.ts';
import { ChatMessage } from '../entities/chat-message.ts';
import { type Deployment, isFinished } from '../entities/deployment.ts';
import type { Reply } from '../replies/reply.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Bot, MessageRef } from './bot.ts';
import { isLost, RefusedError } from './refused.ts';
import { createThreadReplies } from './thread-replies.ts';
import { refusedMessageReply } from '../replies/refused-message-reply.ts';
import { tellUser } from './tell-user.ts';
import { liveReply } from '../replies/live-reply.ts';
import { type DeploymentView, readDeploymentView } from '../usecases/deployments/read-deployment-view.ts';

/** A message that cannot be edited this long after its deployment has ended is given up, milliseconds. */
const giveUpMs = 60 * 60_000;

/** Even a long build shows that it goes on this often, milliseconds. */
const mostPatienceMs = 5 * 60_000;

export type LiveMessageDeps = Pick<Deps, 'cipher' | 'config' | 'database' | 'leases' | 'logger'>;

/** What a message shows, and how patiently it is edited. */
interface Shown {
  message: string;
  reply: Reply;
  /** The step that it shows, and how often it has been edited at that. */
  step: string;
  edits: number;
  /** When it was last edited, milliseconds of `performance.now()`. */
  at: number;
}

/**
 * `done`: nothing is left to do. `current`: nothing until the deployment changes. `behind`: has to be drawn again, as
 * another replica draws it, or as it is too soon for an edit.
 */
export type Drawn = 'done' | 'current' | 'behind';

export interface LiveMessages {
  /**
   * Makes every message of the deployment show where it stands.
   * @throws {AggregateError} when the platform refused some of them; the others are up to date.
   */
  draw(): Promise<Drawn>;
  /** Lets other replicas draw. */
  release(): Promise<void>;
}

/**
 * The messages of one deployment on one platform. The replica that draws first goes on drawing: it holds a
 * lease until the deployment has ended or the process has. A local bot's messages are its own, so it needs none.
 * `stopping` ends what waits for its turn on the platform.
 */
export function createLiveMessages(
  deps: LiveMessageDeps,
  bot: Bot,
  deploymentId: string,
  stopping?: AbortSignal,
): LiveMessages {
  const { database, leases, logger } = deps;
  const shown = new Map<string, Shown>();
  /** Messages by their row, until the row has them: PostgreSQL may go away between the two. */
  const posted = new Map<string, string>();
  /** Rows that were posted anew, that are left alone, and that have to wait for the end, by their ids. */
  const renewed = new Set<string>();
  const left = new Set<string>();
  const refused = new Set<string>();
  /** Rows of whose refusal the person was told. */
  const told = new Set<string>();
  const threads = createThreadReplies(deps, bot);
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

  /** @returns whether it waits for a later edit. */
  async function show(row: ChatMessage, reply: Reply, step: string, finished: boolean): Promise<boolean> {
    if (left.has(row.id) || (refused.has(row.id) && !finished)) return false;
    const known = shown.get(row.id);
    const message = posted.get(row.id) ?? row.message ?? undefined;
    if (message === undefined) {
      const { message: made } = await bot.post(row.channel, reply, row.id);
      posted.set(row.id, made);
      remember(row, { message: made, reply, step });
    } else if (!isDeepStrictEqual(known?.reply, reply)) {
      if (isTooSoon(bot, known, step)) return true;
      try {
        remember(row, { message, reply: await edit({ channel: row.channel, message }, reply), step });
      } catch (error) {
        if (!isLost(error)) throw error;
        await renew(row, reply, step, { error, finished });
      }
    }
    const made = posted.get(row.id);
    if (made !== undefined) await store(row, { message: made });
    posted.delete(row.id);
    return false;
  }

  /**
   * Posts a message anew that cannot be edited: once, while the deployment runs. One that was only closed for edits also
   * to show the end that this process has seen coming.
   */
  async function renew(
    row: ChatMessage,
    reply: Reply,
    step: string,
    { error, finished }: { error: unknown; finished: boolean },
  ): Promise<void> {
    const seen = error instanceof RefusedError && error.kind === 'closed' && shown.has(row.id);
    if (renewed.has(row.id) || (finished && !seen)) {
      left.add(row.id);
      return logger.info({ deploymentId, platform: bot.platform, channel: row.channel }, 'message left alone');
    }
    const { message } = await bot.post(row.channel, reply, `${row.id}-${row.message ?? ''}`);
    renewed.add(row.id);
    posted.set(row.id, message);
    remember(row, { message, reply, step });
  }

  /**
   * What cannot be edited is not tried again before the end. A post is: an invitation makes it appear, and it takes
   * nothing of what may be edited.
   * @returns whether that is all that can be done.
   */
  async function endRefusal(row: ChatMessage, error: RefusedError, deployment: Deployment): Promise<boolean> {
    if (error.kind === 'channel' && row.message === null && !told.has(row.id)) {
      told.add(row.id);
      const reply = refusedMessageReply({
        what: 'The message of your deployment',
        channel: row.channel,
        why: error.message,
        step: error.step,
      });
      await tellUser(deps, bot, deployment.triggeredBy, reply);
    }
    if (error.kind === 'channel' && row.message === null) return false;
    refused.add(row.id);
    logger.warn({ err: error, deploymentId, platform: bot.platform }, 'message refused for good');
    return true;
  }

  /** Where edits wait their turn, what is newest by then is shown. */
  async function edit(ref: MessageRef, first: Reply): Promise<Reply> {
    let reply = first;
    async function newest(): Promise<Reply> {
      const view = await readDeploymentView(deps, deploymentId);
      return view ? (reply = liveReply(view)) : reply;
    }
    await bot.edit(ref, first, { newest, ...(stopping && { signal: stopping }) });
    return reply;
  }

  function remember({ id }: ChatMessage, now: Pick<Shown, 'message' | 'reply' | 'step'>): void {
    const before = shown.get(id);
    const edits = before?.step === now.step ? before.edits + 1 : 0;
    shown.set(id, { ...now, edits, at: performance.now() });
  }

  async function store({ id }: ChatMessage, change: Pick<Partial<ChatMessage>, 'message' | 'finishedAt'>) {
    await database.asSystem().nativeUpdate(ChatMessage, { id }, change);
  }

  async function showAll(messages: ChatMessage[], view: DeploymentView & { deployment: Deployment }): Promise<Drawn> {
    const { deployment } = view;
    const reply = liveReply(view);
    const finished = isFinished(deployment);
    let waits = false;
    const step = stepOf(deployment);
    const errors: unknown[] = [];
    for (const message of messages) {
      try {
        waits = (await show(message, reply, step, finished)) || waits;
        await threads.say(message, left.has(message.id) ? undefined : shown.get(message.id)?.message, view);
      } catch (error) {
        const over = error instanceof RefusedError && (await endRefusal(message, error, deployment));
        if (!over && !(await isTooLate(deps, deployment))) {
          errors.push(error);
          continue;
        }
        if (!over) logger.warn({ err: error, deploymentId, platform: bot.platform }, 'message given up');
      }
      if (finished) await store(message, { finishedAt: new Date() });
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} messages are not up to date`);
    if (finished) return 'done';
    return waits ? 'behind' : 'current';
  }

  return {
    async draw() {
      if (!(await claim())) return 'behind';
      const messages = await findMessages();
      if (messages.length === 0) return 'done';
      const view = await readDeploymentView(deps, deploymentId);
      return view ? showAll(messages, view) : 'done';
    },
    async release() {
      await lease?.release();
      lease = undefined;
    },
  };
}

async function isTooLate({ database }: Pick<Deps, 'database'>, { completedAt }: Deployment): Promise<boolean> {
  return completedAt instanceof Date && (await databaseNow(database)).getTime() - completedAt.getTime() > giveUpMs;
}

function stepOf({ metadata, status }: Deployment): string {
  return [status, metadata.progress?.phase, metadata.cancel_requested_by].join(' ');
}

/**
 * Progress within a step is shown ever more rarely, so that a long build does not use up what a platform lets everybody
 * edit; the next step is shown at once.
 */
function isTooSoon({ editIntervalMs, local }: Bot, known: Shown | undefined, step: string): boolean {
  if (local || known?.step !== step) return false;
  return performance.now() - known.at < Math.min(mostPatienceMs, editIntervalMs * 2 ** known.edits);
}
