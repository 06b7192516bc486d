import { randomUUID } from 'node:crypto';
import type { CommitRange } from '../../entities/deployment-metadata.ts';
import { gitRemote } from '../applications/application-environment.ts';
import { readRange } from '../deployments/commit-range.ts';
import type { Deps } from '../deps.ts';
import type { WebhookSource } from './webhook-source.ts';

/** Commit range for approvers; undefined where nobody approves. */
export async function rangeTo(
  deps: Deps,
  source: WebhookSource,
  to: string,
  signal: AbortSignal,
): Promise<CommitRange | undefined> {
  const { application, commitSha } = source;
  if (!application.sourceConfig.protected) return undefined;
  const remote = await gitRemote(deps, application, source);
  return readRange(deps, { application, remote, from: commitSha ?? undefined, to, signal });
}

/** The deployment of a branch's head that no webhook told of. */
export function headRequest(
  { application, branch }: WebhookSource,
  { commit, found, range }: { commit: string; found: 'polled' | 'missed'; range: CommitRange | undefined },
) {
  return {
    id: randomUUID(),
    application,
    commit,
    ref: branch,
    trigger: 'push' as const,
    requestedBy: found === 'polled' ? `poll of ${branch}` : `missed push to ${branch}`,
    range,
    auditDetails: { kind: 'git_source', [found]: true },
  };
}
