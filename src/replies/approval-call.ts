import type { Deployment } from '../entities/deployment.ts';
import { waitsForApproval } from '../entities/deployment.ts';
import type { Approvers } from '../usecases/deployments/who-may-approve.ts';
import type { DeploymentView } from '../usecases/deployments/read-deployment-view.ts';
import { formatTime } from '../units/times.ts';
import { deploymentReply } from './deployment-reply.ts';
import { versionText } from './deployment-words.ts';
import type { Reply } from './reply.ts';
import { shortId } from './short-id.ts';

export const reminder = 'This is a reminder: it expires soon.';

type View = DeploymentView & { deployment: Deployment };

/** What is said under a live message to those who may approve; its buttons are those of the message. */
export function approvalCall({ application, deployment }: View, approvers: Approvers): Reply {
  const { approval, requested_by: by } = deployment.metadata;
  const until = approval ? ` until ${formatTime(new Date(approval.expires_at))}` : '';
  const still = approval?.reminded_at === undefined ? 'waits' : 'still waits';
  return {
    tone: 'warning',
    text:
      `**${application} ${versionText(deployment).replaceAll('*', '')}** ${still} for approval${until}` +
      `${by === undefined ? '' : `, asked by ${by}`}. ${approversText(approvers)} may decide: ` +
      `\`approve ${shortId(deployment.id)}\`.`,
    mentions: approvers.accounts,
  };
}

/** The notification of an approval that is wanted, or what came of it: without buttons once it is decided. */
export function approvalNotification(view: View, approvers: Approvers | undefined): Reply {
  const reply = deploymentReply(view);
  const { approval, error, requested_by: by } = view.deployment.metadata;
  if (waitsForApproval(view.deployment)) {
    const { reminded_at: reminded } = approval ?? {};
    const call = [
      ...(reminded === undefined ? [] : [reminder]),
      ...(approvers ? [`${approversText(approvers)} may decide.`] : []),
    ];
    return {
      ...reply,
      text: [reply.text, ...call].join('\n'),
      ...(approvers && { mentions: approvers.accounts }),
    };
  }
  const decided = approval?.state === 'approved' ? `Approved by ${approval.decided_by ?? '?'}.` : (error ?? 'Decided.');
  const { actions: _, code: _log, link: _compare, ...rest } = reply;
  const text = by === undefined ? decided : `${decided}\nasked by ${by}`;
  return { ...rest, tone: approval?.state === 'approved' ? 'success' : 'warning', text };
}

/** Who may decide, for those who are not mentioned. */
export function approversText({ accounts, more }: Approvers): string {
  if (accounts.length === 0) return 'The project’s owner and admins';
  if (more === 0) return accounts.length === 1 ? 'They' : 'Any of them';
  return `They and ${more} more`;
}
