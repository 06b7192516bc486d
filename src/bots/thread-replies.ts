import { ChatMessage, type ThreadReply } from '../entities/chat-message.ts';
import { type Deployment, waitsForApproval } from '../entities/deployment.ts';
import { Notification } from '../entities/notification.ts';
import { approvalCall } from '../replies/approval-call.ts';
import { wentWrong } from '../replies/deployment-reply.ts';
import { approvableOf, whoMayApprove } from '../usecases/deployments/who-may-approve.ts';
import { failureReply } from '../replies/failure-reply.ts';
import type { Reply } from '../replies/reply.ts';
import type { Deps } from '../usecases/deps.ts';
import type { DeploymentView } from '../usecases/deployments/read-deployment-view.ts';
import { whomToMention } from '../usecases/deployments/whom-to-mention.ts';
import type { Bot } from './bot.ts';
import { RefusedError } from './refused.ts';

export interface ThreadReplies {
  /**
   * Says under a live message what an edit would not make anybody look at, once: the row remembers it.
   * @param message The platform's id of the live message; undefined when a person deleted it.
   * @throws when the platform is away.
   */
  say(row: ChatMessage, message: string | undefined, view: View): Promise<void>;
}

type View = DeploymentView & { deployment: Deployment };

type ThreadReplyDeps = Pick<Deps, 'database' | 'logger'>;

export function createThreadReplies(deps: ThreadReplyDeps, bot: Bot): ThreadReplies {
  /** What was posted, by its key, until the row has it: PostgreSQL may go away between the two. */
  const posted = new Set<string>();

  async function post({ channel }: ChatMessage, message: string | undefined, reply: Reply, key: string): Promise<void> {
    try {
      if (message === undefined) await bot.post(channel, reply, key);
      else await bot.postUnder?.({ channel, message }, reply, key);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      deps.logger.warn({ err: error, platform: bot.platform, channel }, 'reply in a thread refused for good');
    }
    posted.add(key);
  }

  return {
    async say(row, message, view) {
      const due = dueReply(view);
      if (!due || !bot.postUnder || row.replies.includes(due)) return;
      const key = `${row.id}-${due}`;
      const reply = posted.has(key) ? undefined : await wordsOf(deps, bot, due, view, row.channel);
      if (reply) await post(row, message, reply, key);
      await deps.database.asSystem().nativeUpdate(ChatMessage, { id: row.id }, { replies: [...row.replies, due] });
      posted.delete(key);
    },
  };
}

function dueReply({ deployment }: View): ThreadReply | undefined {
  if (waitsForApproval(deployment))
    return deployment.metadata.approval?.reminded_at === undefined ? 'approval' : 'reminder';
  return wentWrong(deployment) ? 'failure' : undefined;
}

/** Undefined where somebody else says it: a notification route of this platform asks for approvals itself. */
async function wordsOf(
  deps: ThreadReplyDeps,
  bot: Bot,
  due: ThreadReply,
  view: View,
  channel: string,
): Promise<Reply | undefined> {
  const { deployment } = view;
  if (due === 'failure') {
    const reply = failureReply(view);
    return reply && { ...reply, mentions: await mentionsOf(deps, bot, deployment, channel) };
  }
  const { platform } = bot;
  const asked = { deployment: deployment.id, event: 'approval', route: { platform } } as const;
  if ((await deps.database.asSystem().count(Notification, asked)) > 0) return undefined;
  return approvalCall(view, await whoMayApprove(deps, approvableOf(deployment), { platform, channel }));
}

async function mentionsOf(
  deps: ThreadReplyDeps,
  { accountOfEmail, platform }: Bot,
  deployment: Deployment,
  channel: string,
): Promise<string[]> {
  const { accounts, unknownEmail } = await whomToMention(deps, deployment, { platform, channel });
  const author = unknownEmail === undefined ? undefined : await accountOfEmail?.(unknownEmail);
  return [...new Set([...accounts, ...(author === undefined ? [] : [author])])];
}
