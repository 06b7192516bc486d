import type { CommitRange } from '../entities/deployment-metadata.ts';
import type { Deployment } from '../entities/deployment.ts';
import { formatTime } from '../units/times.ts';

/** The facts to check before approving a deployment. */
export function approvalLines({ metadata: { approval, range } }: Pick<Deployment, 'metadata'>): string[] {
  return [
    ...(range ? rangeLines(range) : []),
    ...(approval ? [`Expires at ${formatTime(new Date(approval.expires_at))}.`] : []),
  ];
}

function rangeLines({ from, to, count, dropped = 0, newest }: CommitRange): string[] {
  const more = count - newest.length;
  const away = dropped > 0 ? `; ${commits(dropped)} of what is live would go away` : '';
  return [
    `${from.slice(0, 7)}..${to.slice(0, 7)}, ${commits(count)}${away}`,
    ...newest.map((line) => `• ${line}`),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
}

function commits(count: number): string {
  return count === 1 ? '1 commit' : `${count} commits`;
}
