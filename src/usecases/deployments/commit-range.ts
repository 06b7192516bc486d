import type { Application } from '../../entities/application.ts';
import type { CommitRange } from '../../entities/deployment-metadata.ts';
import type { CommitComparison, GitRemote } from '../../git/git.ts';
import { compareUrl } from '../../git-hosts/page-urls.ts';
import type { Deps } from '../deps.ts';

/** Number of commits shown to approvers. */
const shown = 5;

export interface RangeRequest {
  application: Pick<Application, 'sourceType' | 'sourceConfig'>;
  remote: GitRemote | undefined;
  /** The live commit. */
  from: string | undefined;
  to: string;
  signal: AbortSignal;
}

/** Commits between two versions; undefined when git fails, which must not fail the deployment. */
export async function readRange(deps: Deps, request: RangeRequest): Promise<CommitRange | undefined> {
  const { application, remote, from, to, signal } = request;
  if (!remote || from === undefined || from === to) return undefined;
  try {
    const comparison = await deps.git.compare(remote, from, to, signal);
    return comparison && toCommitRange(application, { from, to }, comparison);
  } catch (error) {
    deps.logger.warn({ err: error, from, to }, 'could not list the commits between two versions');
    return undefined;
  }
}

function toCommitRange(
  application: RangeRequest['application'],
  ends: { from: string; to: string },
  { commits, count, dropped }: CommitComparison,
): CommitRange {
  const url = compareUrl(application, ends);
  return {
    ...ends,
    count,
    ...(dropped > 0 && { dropped }),
    newest: commits.slice(0, shown).map(({ commit, title, author }) => `${commit.slice(0, 7)} ${title} (${author})`),
    ...(url !== undefined && { compare_url: url }),
  };
}
