import { type Deployment, waitsForApproval } from '../../entities/deployment.ts';
import type { Preview } from '../../entities/preview.ts';
import { formatDuration } from '../../units/durations.ts';
import { formatTime } from '../../units/times.ts';
import { applicationName } from '../applications/find-application.ts';
import { deploymentPageAddress } from '../deployments/deployment-page-url.ts';
import type { Deps } from '../deps.ts';

export interface Commented {
  preview: Preview;
  newest: Deployment | undefined;
  url: string | undefined;
}

/**
 * The comment at a request, in Markdown. Everybody may read it, so it says neither why a deployment failed nor anything
 * that a stranger wrote: the log does, to those who may see it.
 */
export function commentText(deps: Pick<Deps, 'config'>, { newest, preview, url }: Commented, now = new Date()): string {
  const name = `\`${applicationName(preview.application)}\``;
  if (preview.state === 'closed') return `The preview of ${name} was removed: ${preview.reason ?? 'it was closed'}.`;
  if (preview.state === 'waiting' || !newest) return `The preview of ${name} waits: ${preview.reason ?? 'it is new'}.`;
  const rows = [
    ['Status', statusText(newest)],
    ['Commit', newest.commitSha?.slice(0, 7)],
    ['Address', newest.status === 'success' ? url : undefined],
    ['Log', deploymentPageAddress(deps, newest)],
    ['Updated', formatTime(now)],
  ].flatMap(([key, value]) => (value === undefined ? [] : [`| ${key} | ${value} |`]));
  return [`Preview of ${name}`, '', '| | |', '| --- | --- |', ...rows].join('\n');
}

function statusText(deployment: Deployment): string {
  const { metadata, status } = deployment;
  if (waitsForApproval(deployment)) return 'waits until a member approves this commit, as it comes from outside';
  if (status === 'success') return `deployed in ${formatDuration((metadata.duration_seconds ?? 0) * 1_000)}`;
  if (status === 'pending') return 'waits for its turn';
  if (status === 'failed' || status === 'rolled_back') {
    if (metadata.reason === 'no_database') return 'failed: its database could not be prepared; the log says why';
    return metadata.reason === undefined ? 'failed; the log says why' : metadata.reason.replaceAll('_', ' ');
  }
  return `${status} …`;
}
