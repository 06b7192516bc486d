import { formatDuration } from '../units/durations.ts';
import type { Notification } from '../entities/notification.ts';
import type { Severity } from '../entities/notification-route.ts';
import type { Digest } from '../entities/digest.ts';
import { deploymentReply } from './deployment-reply.ts';
import { factReply, isKnownFact } from './notifications.ts';
import { readDeploymentView } from '../usecases/deployments/read-deployment-view.ts';
import { approvalNotification } from './approval-call.ts';
import type { Approvers } from '../usecases/deployments/who-may-approve.ts';
import type { Reply, Tone } from './reply.ts';
import type { Deps } from '../usecases/deps.ts';
import { formatTime } from '../units/times.ts';

const tones: Record<Severity, Tone> = { info: 'info', warning: 'warning', danger: 'danger' };

type ReplyDeps = Pick<Deps, 'cipher' | 'config' | 'database'>;

/**
 * The notification's current wording; undefined when its deployment is gone.
 * @param approvers Whom one that wants an approval mentions.
 */
export async function notificationReply(
  deps: ReplyDeps,
  notification: Notification,
  approvers?: Approvers,
): Promise<Reply | undefined> {
  const { deployment, event } = notification;
  if (deployment) {
    const view = await readDeploymentView(deps, deployment.id);
    if (!view || event !== 'approval') return view && deploymentReply(view);
    return approvalNotification(view, approvers);
  }
  const reply = await payloadReply(notification);
  return event === 'digest' ? reply : withCount(reply, notification);
}

/** Also reads rows of other versions: rows outlive upgrades and downgrades while their platform is unreachable. */
async function payloadReply({ event, payload, severity }: Notification): Promise<Reply> {
  if (payload && isKnownFact(payload)) return factReply(payload);
  if (payload && payload.kind === undefined) {
    if (event !== 'digest') return payload as Reply;
    const { digestReply } = await import('./digest-reply.ts');
    return digestReply(payload as Digest);
  }
  return {
    tone: tones[severity],
    title: `Event: ${event}`,
    text: 'A newer version of Shipmate recorded it. Upgrade this one to see the details.',
  };
}

/** The notifications deferred by quiet hours, as one message. */
export async function summaryReply(deps: ReplyDeps, held: readonly Notification[], zone: string): Promise<Reply> {
  const rows = [];
  for (const notification of held) {
    const reply = await notificationReply(deps, notification);
    const { title = '', text = '' } = reply ?? {};
    const [first = ''] = text.split('\n');
    rows.push([formatTime(notification.createdAt, zone).slice(0, 16), title || first, title ? first : '']);
  }
  const worst = held.some(({ severity }) => severity === 'warning') ? 'warning' : 'info';
  return {
    tone: tones[worst],
    title: `${held.length} notifications from the quiet hours`,
    table: { columns: [`When (${zone})`, 'What', 'How'], rows },
  };
}

/** Several notifications of one event that were written at once, as one message. */
export async function groupReply(deps: ReplyDeps, all: readonly Notification[]): Promise<Reply> {
  const replies = [];
  for (const notification of all) replies.push(await notificationReply(deps, notification));
  const known = replies.filter((reply) => reply !== undefined);
  const worst = (['danger', 'warning', 'info'] as const).find((tone) => known.some((reply) => reply.tone === tone));
  return {
    tone: worst ?? 'success',
    title: `${all.length} at once: ${all[0]?.event ?? ''}`,
    table: {
      columns: ['What', 'How'],
      rows: known.map(({ text = '', title = '' }) => [title, text.split('\n')[0] ?? '']),
    },
  };
}

/** `5 times in 12 min`, once the event has occurred again. */
function withCount(reply: Reply, { count, createdAt, lastAt }: Notification): Reply {
  if (count === 1) return reply;
  const often = `${count} times in ${formatDuration(Math.max(60_000, lastAt.getTime() - createdAt.getTime()))}`;
  return { ...reply, text: reply.text === undefined ? often : `${reply.text}\n${often}` };
}
