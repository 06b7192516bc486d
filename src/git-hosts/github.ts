import { Octokit } from '@octokit/rest';
import { type AdapterOptions, cutDescription, ownerAndName } from './adapter.ts';
import type { CommitCheck, GitHost } from './git-host.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Conclusions of a check run that hold nothing against the commit, as for GitHub's own required checks. */
const harmless = new Set(['success', 'neutral', 'skipped']);

export function gitHub({ baseUrl, fetch, token }: AdapterOptions): GitHost {
  const octokit = new Octokit({ auth: token, baseUrl, userAgent: 'shipmate', log: silent, request: { fetch } });
  return {
    async setStatus(repository, commit, { context, description, state, targetUrl }) {
      const [owner, repo] = ownerAndName(repository);
      await octokit.rest.repos.createCommitStatus({
        owner,
        repo,
        sha: commit,
        state,
        context: context.slice(0, 255),
        description: cutDescription(description),
        target_url: targetUrl,
      });
    },
    async checksOf(repository, commit) {
      const [owner, repo] = ownerAndName(repository);
      const which = { owner, repo, ref: commit, per_page: 100 };
      const runs = await octokit.paginate(octokit.rest.checks.listForRef, { ...which, filter: 'latest' });
      const statuses = await octokit.paginate(octokit.rest.repos.listCommitStatusesForRef, which);
      const checks = runs.map(({ conclusion, name, status }) => ({ name, state: ofRun(status, conclusion) }));
      // The newest comes first; those before it are history.
      const newest = new Map(statuses.reverse().map((status) => [status.context, status]));
      return [
        ...checks,
        ...[...newest.values()].map(({ context, state }) => ({ name: context, state: ofStatus(state) })),
      ];
    },
  };
}

function ofRun(status: string, conclusion: string | null): CommitCheck['state'] {
  if (status !== 'completed') return 'pending';
  return harmless.has(conclusion ?? '') ? 'success' : 'failure';
}

function ofStatus(state: string): CommitCheck['state'] {
  return state === 'success' || state === 'pending' ? state : 'failure';
}
